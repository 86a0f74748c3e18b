//! Attendance of the year to date: authorities and England, from the daily registers.

use super::ees;
use super::format::Format;
use super::layout::Header;
use super::opening::Candidate;
use super::reader::Request;
use super::wide::{Key, Spec, Table};
use crate::figure::PupilGroup;
use crate::measure::Measure as M;

/// The file as it fits a header.
pub(super) fn open(request: &Request, header: &Header) -> Candidate {
    table(request).open(header, ees::Statistics::year_to_date())
}

fn table(request: &Request) -> Table {
    let spec = |measure, name: &str| {
        Spec::new(measure, PupilGroup::All, Format::Computed, &[name]).of("enrolments")
    };
    let sessions = |measure, name, count| spec(measure, name).from(count, "possible_sessions");
    Table {
        layout: "attendance-year-to-date",
        keys: &[
            (&["time_period"], true, Key::Year),
            (&["time_identifier"], true, Key::Term),
            (&["geographic_level"], true, Key::Level),
            (&["old_la_code"], true, Key::Authority),
            (&["la_name"], false, Key::Name),
            (&["education_phase", "school_type"], true, Key::Phase),
        ],
        figures: vec![
            sessions(M::AbsenceOverall, "overall_absence_perc", "overall_absence").required(),
            sessions(
                M::AbsenceAuthorised,
                "authorised_absence_perc",
                "authorised_absence",
            ),
            sessions(
                M::AbsenceUnauthorised,
                "unauthorised_absence_perc",
                "unauthorised_absence",
            ),
            sessions(
                M::ReducedTimetableSessions,
                "auth_part_time_perc",
                "reason_c2_authorised_temp_reduced_timetable",
            ),
            spec(M::PersistentAbsence, "pa_perc").required(),
        ],
        // Averages over the days of the year.
        counts: Format::MeanCount,
        markers: ees::MARKERS,
        known: &[
            ees::KNOWN,
            &[
                "*_perc",
                "reason_*",
                "*_sessions",
                "num_schools",
                "total_*",
                "attendance_*",
                "overall_attendance",
                "approved_educational_activity",
                "week_*",
                "time_frame",
                "attendance_date",
                "day_number",
            ],
        ],
        year: request.year,
    }
}
