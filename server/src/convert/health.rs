//! How the data are.

use llpr_domain::health::Missing;
use llpr_proto::{names, v1};
use llpr_store::health::{DataHealth, DatasetHealth, DistrictHealth, MissingSchool, Source};

use super::{date, release_message, timestamp, whole};

pub(crate) fn data_health(health: DataHealth) -> v1::GetDataHealthResponse {
    let DataHealth {
        year,
        years,
        datasets,
    } = health;
    v1::GetDataHealthResponse {
        academic_year: year.map_or(String::new(), |year| year.to_string()),
        academic_years: years.iter().map(ToString::to_string).collect(),
        datasets: datasets.into_iter().map(dataset).collect(),
    }
}

fn dataset(health: DatasetHealth) -> v1::DatasetHealth {
    let DatasetHealth {
        dataset,
        sources,
        expected,
        present,
        missing,
        districts,
        pending,
        embargoed,
        embargo,
    } = health;
    v1::DatasetHealth {
        dataset: names::dataset(dataset.as_str()),
        display_name: dataset.title().to_owned(),
        has_figures: dataset.has_figures(),
        sources: sources.into_iter().map(source).collect(),
        expected_count: whole(expected),
        present_count: whole(present),
        missing: missing.into_iter().map(missing_school).collect(),
        districts: districts.into_iter().map(district).collect(),
        pending_schools: pending.iter().map(names::school).collect(),
        embargoed_count: whole(embargoed),
        embargo_date: date(embargo),
    }
}

fn source(source: Source) -> v1::DataSource {
    let Source {
        import,
        file_name,
        release,
        applied_at,
        creator,
    } = source;
    v1::DataSource {
        import: names::import(import),
        file_name,
        release: release_message(release).into(),
        apply_time: Some(timestamp(applied_at)),
        creator_display_name: creator,
    }
}

fn missing_school(school: MissingSchool) -> v1::MissingSchool {
    let MissingSchool {
        urn,
        name,
        district,
        reason,
    } = school;
    let told = match reason {
        Missing::NoFile => v1::MissingReason::NoFile,
        Missing::Suppressed => v1::MissingReason::Suppressed,
        Missing::NoNumbers => v1::MissingReason::NoNumbers,
        Missing::NewSchool => v1::MissingReason::NewSchool,
        Missing::NotInFile => v1::MissingReason::NotInFile,
    };
    v1::MissingSchool {
        school: names::school(urn),
        display_name: name,
        district_display_name: district,
        reason: told.into(),
        message: reason.label().to_owned(),
    }
}

fn district(health: DistrictHealth) -> v1::DistrictHealth {
    let DistrictHealth {
        slug,
        name,
        expected,
        present,
    } = health;
    v1::DistrictHealth {
        district: names::district(slug),
        display_name: name,
        expected_count: whole(expected),
        present_count: whole(present),
    }
}
