//! Where a school stands with Ofsted, in one sentence.

use llpr_client::v1;

use crate::words::{circumstances, date, day};

/// What the inspections mean for the programme, and where they come from.
pub(super) struct Standing {
    /// None where no inspection is known.
    pub(super) found: Option<Found>,
    /// The file of Ofsted's that was loaded, and when; empty where none was.
    pub(super) source: String,
}

/// What is known.
pub(super) struct Found {
    pub(super) reading: &'static str,
    /// When the inspection began that says so.
    pub(super) date: String,
    /// Whether the school before this one was inspected.
    pub(super) of_predecessor: bool,
}

impl Standing {
    pub(super) fn of(answer: &v1::ListSchoolInspectionsResponse) -> Self {
        let found = answer.standing.as_ref().map(|standing| {
            let inspection = answer
                .inspections
                .iter()
                .find(|inspection| inspection.name == standing.inspection);
            Found {
                reading: circumstances::reading(standing.reading()),
                date: inspection.map_or_else(String::new, |one| date(&one.start_date)),
                of_predecessor: standing.of_predecessor,
            }
        });
        let source = match (&answer.source_load_time, answer.source_file_name.as_str()) {
            (_, "") => String::new(),
            (None, file) => file.to_owned(),
            (Some(time), file) => format!("{file}, loaded {}", day(time)),
        };
        Self { found, source }
    }

    #[cfg(test)]
    pub(super) fn sample_empty() -> Self {
        Self {
            found: None,
            source: String::new(),
        }
    }

    #[cfg(test)]
    pub(super) fn sample() -> Self {
        let inspection = v1::Inspection {
            name: "schools/900001/inspections/1".into(),
            start_date: "2024-03-05".into(),
            ..Default::default()
        };
        let answer = v1::ListSchoolInspectionsResponse {
            standing: Some(v1::InspectionStanding {
                inspection: inspection.name.clone(),
                of_predecessor: true,
                ..Default::default()
            }),
            inspections: vec![inspection],
            source_file_name: "<Infant>.csv".into(),
            source_load_time: Some(prost_types::Timestamp {
                seconds: 1_751_324_400,
                nanos: 0,
            }),
        };
        Self::of(&answer)
    }
}
