//! Actions that follow from the risk analysis: of five kinds, each with an owner and a day, until they are
//! done or dropped (¶13).

use chrono::NaiveDate;

use crate::access::Role;
use crate::names::named;
use crate::rule::Fault;
use crate::school::FundingBasis;

named! {
    /// The kinds of paragraph 13, in its order.
    pub enum ActionKind {
        /// a) A visit to the school by the SIM or the partner.
        Visit => "visit", "Visit by the SIM or the partner";
        /// b) The review earlier in the year, by the partner or another professional.
        EarlyReview => "early-review", "Early review";
        /// c) A package of support made for the school.
        SupportPackage => "support-package", "Bespoke package of support";
        /// d) A visit to the full governing body, so that what is urgent is done together.
        GoverningBodyVisit => "governing-body-visit", "Visit to the full governing body";
        /// e) Contact with an academy and with those who answer for it.
        AcademyContact => "academy-contact", "Contact about an academy";
    }
}

named! {
    /// Where an action stands.
    pub enum ActionState {
        /// To be done.
        Open => "open", "Open";
        /// Done, with what came of it.
        Done => "done", "Done";
        /// Not to be done, for a reason.
        Dropped => "dropped", "Dropped";
    }
}

/// Whether somebody with a role that reaches the school may own an action: who works with schools for the
/// county.
pub const fn may_own(role: Role) -> bool {
    match role {
        Role::Sim | Role::Llp | Role::Adviser => true,
        Role::Headteacher
        | Role::SchoolLeader
        | Role::Governor
        | Role::Clerk
        | Role::CountyManager
        | Role::DataOfficer
        | Role::Administrator => false,
    }
}

/// Whether an action is past its day.
pub fn is_overdue(state: ActionState, due: NaiveDate, today: NaiveDate) -> bool {
    state == ActionState::Open && due < today
}

/// An action as somebody wants it.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Which kind; `None` where that is missing.
    pub kind: Option<ActionKind>,
    /// What is to be done.
    pub title: &'a str,
    /// Whether the owner may be one; `None` where nobody is named.
    pub owner: Option<bool>,
    /// By which day; `None` where that is missing.
    pub due: Option<NaiveDate>,
}

/// What an action stands on.
#[derive(Clone, Copy, Debug)]
pub struct Basis {
    /// Who maintains the school.
    pub funding: FundingBasis,
    /// The day on which the action was made.
    pub made: NaiveDate,
}

/// Everything that is missing or wrong.
pub fn faults(wanted: &Wanted<'_>, basis: &Basis) -> Vec<Fault> {
    let mut faults = Vec::new();
    let field = |name: &str| format!("follow_up_action.{name}");
    match wanted.kind {
        None => faults.push(Fault::new(
            field("kind"),
            "13",
            "say which of the five kinds it is",
        )),
        Some(ActionKind::AcademyContact) if basis.funding != FundingBasis::Academy => {
            faults.push(Fault::new(
                field("kind"),
                "13e",
                "the school is no academy, so nobody else is contacted about it",
            ));
        }
        Some(
            ActionKind::Visit
            | ActionKind::EarlyReview
            | ActionKind::SupportPackage
            | ActionKind::GoverningBodyVisit
            | ActionKind::AcademyContact,
        ) => {}
    }
    if wanted.title.trim().is_empty() {
        faults.push(Fault::new(field("title"), "13", "say what is to be done"));
    }
    match wanted.owner {
        None => faults.push(Fault::new(field("owner"), "13", "say who is to do it")),
        Some(false) => faults.push(Fault::new(
            field("owner"),
            "13",
            "must be somebody who is today the school's improvement manager, partner or adviser",
        )),
        Some(true) => {}
    }
    match wanted.due {
        None => faults.push(Fault::new(field("due_date"), "13", "say by which day")),
        Some(due) if due < basis.made => faults.push(Fault::new(
            field("due_date"),
            "13",
            format!(
                "{due} is before the action was made, which was on {}",
                basis.made
            ),
        )),
        Some(_) => {}
    }
    faults
}

/// What is missing from the completion of an action.
pub fn completion(outcome: &str, done: NaiveDate, made: NaiveDate, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    if outcome.trim().is_empty() {
        faults.push(Fault::new(
            "outcome",
            "13",
            "say what was done and what came of it",
        ));
    }
    if done > today {
        faults.push(Fault::new("done_date", "13", "is later than today"));
    }
    if done < made {
        faults.push(Fault::new(
            "done_date",
            "13",
            format!("is before the action was made, which was on {made}"),
        ));
    }
    faults
}

/// What is missing from the dropping of an action.
pub fn dropping(reason: &str) -> Vec<Fault> {
    if reason.trim().is_empty() {
        vec![Fault::new(
            "reason",
            "13",
            "say why it is not to be done any more",
        )]
    } else {
        Vec::new()
    }
}

/// What is missing from an agreement with the school, which the headteacher is to see.
pub fn agreement(
    wording: &str,
    agreed_with: &str,
    agreed: NaiveDate,
    today: NaiveDate,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if wording.trim().is_empty() {
        faults.push(Fault::new(
            "wording",
            "13",
            "write what was agreed, as the school reads it",
        ));
    }
    if agreed_with.trim().is_empty() {
        faults.push(Fault::new(
            "agreed_with",
            "13",
            "say with whom at the school it was agreed",
        ));
    }
    if agreed > today {
        faults.push(Fault::new("agreed_date", "13", "is later than today"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fields(faults: Vec<Fault>) -> Vec<(String, &'static str)> {
        let told = faults
            .into_iter()
            .map(|fault| (fault.field, fault.paragraph));
        told.collect()
    }

    #[test]
    fn p13_there_are_five_kinds_and_the_last_is_for_academies() {
        assert_eq!(ActionKind::ALL.len(), 5);
        let told = |kind, funding| {
            let wanted = Wanted {
                kind: Some(kind),
                title: "x",
                owner: Some(true),
                due: Some(day("2024-10-01")),
            };
            let basis = Basis {
                funding,
                made: day("2024-10-01"),
            };
            fields(faults(&wanted, &basis))
        };
        for kind in ActionKind::ALL {
            assert_eq!(told(*kind, FundingBasis::Academy), []);
            let refused = told(*kind, FundingBasis::Maintained);
            let expected = *kind == ActionKind::AcademyContact;
            assert_eq!(!refused.is_empty(), expected, "{kind:?}");
            assert!(
                refused
                    .iter()
                    .all(|(field, paragraph)| field == "follow_up_action.kind"
                        && *paragraph == "13e")
            );
        }
    }

    #[test]
    fn p13_no_action_is_due_before_it_was_made() {
        let told = |due| {
            let wanted = Wanted {
                kind: Some(ActionKind::Visit),
                title: "x",
                owner: Some(true),
                due,
            };
            let basis = Basis {
                funding: FundingBasis::Maintained,
                made: day("2024-10-01"),
            };
            faults(&wanted, &basis)
        };
        assert_eq!(told(Some(day("2024-10-01"))), []);
        let early = told(Some(day("2024-09-30")));
        assert_eq!(
            early[0].to_string(),
            "2024-09-30 is before the action was made, which was on 2024-10-01 (¶13)"
        );
        assert_eq!(early[0].field, "follow_up_action.due_date");
        assert_eq!(told(None).len(), 1);
    }

    #[test]
    fn p13_everything_that_is_missing_is_said_at_once() {
        let wanted = Wanted {
            kind: None,
            title: " ",
            owner: Some(false),
            due: None,
        };
        let basis = Basis {
            funding: FundingBasis::Maintained,
            made: day("2024-10-01"),
        };
        let told: Vec<String> = faults(&wanted, &basis)
            .into_iter()
            .map(|fault| fault.field)
            .collect();
        assert_eq!(
            told,
            [
                "follow_up_action.kind",
                "follow_up_action.title",
                "follow_up_action.owner",
                "follow_up_action.due_date"
            ]
        );
    }

    #[test]
    fn p13_an_action_ends_with_words() {
        let (made, today) = (day("2024-10-01"), day("2024-10-20"));
        assert_eq!(completion("Seen.", today, made, today), []);
        assert_eq!(completion(" ", today, made, today)[0].field, "outcome");
        assert_eq!(
            completion("Seen.", day("2024-10-21"), made, today)[0].field,
            "done_date"
        );
        assert_eq!(
            completion("Seen.", day("2024-09-30"), made, today)[0].field,
            "done_date"
        );
        assert_eq!(dropping(" ")[0].field, "reason");
        assert_eq!(dropping("Not needed."), []);
        assert_eq!(agreement("", "", day("2024-10-21"), today).len(), 3);
        assert_eq!(agreement("We visit.", "the headteacher", made, today), []);
    }

    #[test]
    fn p13_only_what_is_open_can_be_overdue() {
        let (due, next) = (day("2024-10-01"), day("2024-10-02"));
        assert!(is_overdue(ActionState::Open, due, next));
        assert!(!is_overdue(ActionState::Open, due, due));
        assert!(!is_overdue(ActionState::Done, due, next));
        assert!(!is_overdue(ActionState::Dropped, due, next));
    }

    #[test]
    fn p13_owners_work_with_schools_for_the_county() {
        let owners: Vec<&str> = Role::ALL
            .into_iter()
            .filter(|role| may_own(*role))
            .map(Role::as_str)
            .collect();
        assert_eq!(owners, ["SIM", "LLP", "ADVISER"]);
    }
}
