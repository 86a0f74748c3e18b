//! The county's own template: which improvement district a school is in, from
//! when until when. `Until` is the last day.

use crate::{schools::School, text::plain};

/// Districts begin with the first year of figures.
const FIRST_DAY: &str = "2018-09-01";

/// The file, UTF-8 with plain line ends.
pub(crate) fn file(schools: &[School]) -> Vec<u8> {
    let mut lines = vec!["URN,School,District,From,Until,Kind".to_owned()];
    for school in schools {
        let from = school.opened.max(FIRST_DAY);
        let until = if school.is_open() { "" } else { school.closed };
        if let Some((before, since)) = school.moved {
            lines.push(line(school, before.name(), from, &day_before(since)));
            lines.push(line(school, school.district.name(), since, until));
        } else {
            lines.push(line(school, school.district.name(), from, until));
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

fn line(school: &School, district: &str, from: &str, until: &str) -> String {
    let kind = school.district.kind();
    format!(
        "{},{},{district},{from},{until},{kind}",
        school.urn,
        plain(school.name)
    )
}

/// The day before a first of September, the only day on which schools move.
fn day_before(first_of_september: &str) -> String {
    first_of_september.replace("-09-01", "-08-31")
}
