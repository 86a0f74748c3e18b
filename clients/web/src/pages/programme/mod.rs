//! The programme year: what it says, its versions, its draft, and the approval of a draft.
//!
//! `year` shows what is in force and `versions` what was, `compare` what differs, `years` all
//! there is and where a draft begins. Below `draft` are what it would change, its two forms
//! (`numbers` and `document`), its approval and its end.

mod change;
pub(crate) mod compare;
mod content;
pub(crate) mod draft;
mod facts;
mod task;
pub(crate) mod versions;
pub(crate) mod year;
pub(crate) mod years;

use llpr_client::v1;

use crate::browser::SignedIn;
use crate::failure::Failure;
pub(crate) use task::draft_tasks;

/// `2024/25` of `2024-2025`; anything else as it is.
pub(super) fn spoken(slug: &str) -> String {
    match slug.split_once('-') {
        Some((start, end)) => format!("{start}/{}", end.get(2..).unwrap_or(end)),
        None => slug.to_owned(),
    }
}

/// The year's part of a resource name, `2024-2025`.
fn slug(name: &str) -> &str {
    name.split('/').nth(1).unwrap_or_default()
}

/// A year as people write it, as its part of a resource name: `2024-2025` of `2024/25`. None where
/// it is no academic year.
fn slug_of(text: &str) -> Option<String> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (first, second) = text.trim().split_once(['/', '-'])?;
    let sound = first.len() == 4 && matches!(second.len(), 2 | 4);
    if !sound || !digits(first) || !digits(second) {
        return None;
    }
    let start = first.parse::<u16>().ok().filter(|start| *start < 9999)?;
    let end = (start + 1).to_string();
    end.ends_with(second).then(|| format!("{start}-{end}"))
}

/// What the person may do with drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct May {
    read_drafts: bool,
    write: bool,
    approve: bool,
}

impl May {
    fn of(signed_in: &SignedIn) -> Self {
        let can = |method| signed_in.caller.can(method);
        Self {
            read_drafts: can("ProgrammeService/GetProgrammeDraft"),
            write: can("ProgrammeService/UpdateProgrammeDraft"),
            approve: can("ProgrammeService/ApproveProgrammeDraft"),
        }
    }
}

/// All years with what is in force in each, the latest first.
async fn years(signed_in: &SignedIn) -> Result<Vec<v1::ProgrammeYear>, Failure> {
    let answer = read!(
        signed_in,
        programme().list_programme_years(v1::ListProgrammeYearsRequest {})
    )
    .await?;
    Ok(answer.programme_years)
}

/// The drafts that wait; none for whoever may not see them.
async fn drafts(signed_in: &SignedIn, may: May) -> Result<Vec<v1::ProgrammeDraft>, Failure> {
    if !may.read_drafts {
        return Ok(Vec::new());
    }
    let answer = read!(
        signed_in,
        programme().list_programme_drafts(v1::ListProgrammeDraftsRequest {})
    )
    .await?;
    Ok(answer.programme_drafts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_read_as_people_write_them() {
        for written in ["2024/25", "2024-25", " 2024/2025 "] {
            assert_eq!(slug_of(written).as_deref(), Some("2024-2025"), "{written}");
        }
        for wrong in [
            "", "2024", "2024/26", "24/25", "2024/5", "x024/25", "9999/00",
        ] {
            assert_eq!(slug_of(wrong), None, "{wrong}");
        }
        assert_eq!(spoken("2024-2025"), "2024/25");
        assert_eq!(slug("programmeYears/2024-2025/versions/2"), "2024-2025");
    }
}
