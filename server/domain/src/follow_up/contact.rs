//! Contacts: with whom, why and how, and who has to be contacted about an academy (¶13e).

use chrono::NaiveDate;

use crate::group::GroupKind;
use crate::names::named;
use crate::rule::Fault;
use crate::school::FundingBasis;

named! {
    /// Who was contacted.
    pub enum Party {
        /// Leaders of the school.
        School => "school", "The school";
        /// The school's governing body.
        GoverningBody => "governing-body", "The governing body";
        /// The trust of an academy.
        Trust => "trust", "The academy trust";
        /// The sponsor of an academy, where it has one.
        Sponsor => "sponsor", "The sponsor";
        /// The Regional Director of the Department for Education.
        RegionalDirector => "regional-director", "The Regional Director";
    }
}

named! {
    /// How.
    pub enum Means {
        /// On site, or at a meeting.
        Visit => "visit", "In person";
        /// By telephone.
        Telephone => "telephone", "By telephone";
        /// By video call.
        Video => "video", "By video call";
        /// By e-mail.
        Email => "email", "By e-mail";
        /// By letter.
        Letter => "letter", "By letter";
    }
}

named! {
    /// What it was for.
    pub enum Purpose {
        /// To discuss what the analysis has highlighted.
        DiscussIssues => "discuss-issues", "To discuss what was highlighted";
        /// To agree what is done about issues that are not resolved.
        AgreeActions => "agree-actions", "To agree actions on unresolved issues";
        /// To agree support for the school's capacity to improve.
        Capacity => "capacity", "To agree support for capacity to improve";
        /// To discuss concerns about an academy's performance.
        AcademyConcern => "academy-concern", "Concerns about an academy's performance";
    }
}

/// Whom paragraph 13e asks to contact about a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub party: Party,
    /// The register's name, such as the trust's; empty where it has none, or none is needed.
    pub name: String,
}

/// Whom paragraph 13e asks to contact where there are concerns about a school: the academy itself, its
/// trust, its sponsor if it has one, and the Regional Director. About a school that is no academy, nobody.
pub fn recipients(basis: FundingBasis, groups: &[(GroupKind, String)]) -> Vec<Recipient> {
    match basis {
        FundingBasis::Academy => {}
        FundingBasis::Maintained | FundingBasis::Independent | FundingBasis::Other => {
            return Vec::new();
        }
    }
    let names = |fits: fn(GroupKind) -> bool| {
        let names = groups.iter().filter(|(kind, _)| fits(*kind));
        let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
        names.join(" and ")
    };
    let of = |party, name| Recipient { party, name };
    let sponsor = names(|kind| kind == GroupKind::Sponsor);
    let mut all = vec![
        of(Party::School, String::new()),
        // Every academy has a trust, even where the register does not say which.
        of(Party::Trust, names(GroupKind::is_trust)),
    ];
    if !sponsor.is_empty() {
        all.push(of(Party::Sponsor, sponsor));
    }
    all.push(of(Party::RegionalDirector, String::new()));
    all
}

/// A contact as somebody records it.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// Who was contacted; `None` where that is missing.
    pub party: Option<Party>,
    /// How.
    pub means: Option<Means>,
    /// What for.
    pub purpose: Option<Purpose>,
    /// On which day.
    pub on: NaiveDate,
}

/// Everything that is missing or wrong. `recipients` are those of paragraph 13e.
pub fn faults(new: &NewContact, recipients: &[Recipient], today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let is_academy = !recipients.is_empty();
    match new.party {
        None => faults.push(Fault::new("contact.party", "13", "say who was contacted")),
        Some(Party::School | Party::GoverningBody) => {}
        Some(Party::Trust | Party::Sponsor | Party::RegionalDirector) if !is_academy => {
            faults.push(Fault::new(
                "contact.party",
                "13e",
                "the school is no academy, so it has no trust, sponsor or Regional Director to contact",
            ));
        }
        Some(party @ (Party::Trust | Party::Sponsor | Party::RegionalDirector)) => {
            if !recipients.iter().any(|one| one.party == party) {
                faults.push(Fault::new(
                    "contact.party",
                    "13e",
                    "the register names no sponsor of this academy",
                ));
            }
        }
    }
    if new.means.is_none() {
        faults.push(Fault::new(
            "contact.means",
            "13",
            "say how the contact was made",
        ));
    }
    match new.purpose {
        None => faults.push(Fault::new(
            "contact.purpose",
            "13",
            "say what the contact was for",
        )),
        Some(Purpose::AcademyConcern) if !is_academy => faults.push(Fault::new(
            "contact.purpose",
            "13e",
            "the school is no academy",
        )),
        Some(
            Purpose::DiscussIssues
            | Purpose::AgreeActions
            | Purpose::Capacity
            | Purpose::AcademyConcern,
        ) => {}
    }
    if new.on > today {
        faults.push(Fault::new(
            "contact.contact_date",
            "13",
            "is later than today",
        ));
    }
    faults
}

/// What is missing from the withdrawal of a contact.
pub fn withdrawal(reason: &str) -> Vec<Fault> {
    if reason.trim().is_empty() {
        vec![Fault::new(
            "reason",
            "13",
            "say why the contact is withdrawn",
        )]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn told(basis: FundingBasis, groups: &[(GroupKind, &str)]) -> Vec<String> {
        let groups: Vec<_> = groups
            .iter()
            .map(|(kind, name)| (*kind, (*name).to_owned()))
            .collect();
        let all = recipients(basis, &groups);
        all.into_iter()
            .map(|one| format!("{} {}", one.party.as_str(), one.name))
            .collect()
    }

    #[test]
    fn p13e_an_academys_recipients_follow_its_groups() {
        let trust = (GroupKind::MultiAcademyTrust, "Marl Trust");
        assert_eq!(
            told(FundingBasis::Academy, &[trust]),
            ["school ", "trust Marl Trust", "regional-director "]
        );
        let sponsors = [
            trust,
            (GroupKind::Sponsor, "One"),
            (GroupKind::Sponsor, "Two"),
        ];
        assert_eq!(
            told(FundingBasis::Academy, &sponsors),
            [
                "school ",
                "trust Marl Trust",
                "sponsor One and Two",
                "regional-director "
            ]
        );
        // A trust that the register doesn't name is still to be contacted.
        assert_eq!(
            told(FundingBasis::Academy, &[]),
            ["school ", "trust ", "regional-director "]
        );
    }

    #[test]
    fn p13e_other_schools_have_none() {
        let federation = [
            (GroupKind::Federation, "Marram"),
            (GroupKind::FoundationTrust, "T"),
        ];
        for basis in [
            FundingBasis::Maintained,
            FundingBasis::Independent,
            FundingBasis::Other,
        ] {
            assert_eq!(told(basis, &federation), [""; 0], "{basis:?}");
        }
    }

    #[test]
    fn p13_everything_that_is_missing_is_said_at_once() {
        let bare = NewContact {
            party: None,
            means: None,
            purpose: None,
            on: day("2024-10-02"),
        };
        let fields = |new: &NewContact, recipients: &[Recipient]| {
            let faults = faults(new, recipients, day("2024-10-01"));
            let told = faults
                .into_iter()
                .map(|fault| (fault.field, fault.paragraph));
            told.collect::<Vec<_>>()
        };
        assert_eq!(
            fields(&bare, &[]),
            [
                ("contact.party".to_owned(), "13"),
                ("contact.means".to_owned(), "13"),
                ("contact.purpose".to_owned(), "13"),
                ("contact.contact_date".to_owned(), "13"),
            ]
        );
        let of = |party, purpose| NewContact {
            party: Some(party),
            means: Some(Means::Letter),
            purpose: Some(purpose),
            on: day("2024-10-01"),
        };
        let trust = of(Party::Trust, Purpose::AcademyConcern);
        assert_eq!(
            fields(&trust, &[]),
            [
                ("contact.party".to_owned(), "13e"),
                ("contact.purpose".to_owned(), "13e")
            ]
        );
        let academy = recipients(FundingBasis::Academy, &[]);
        assert_eq!(fields(&trust, &academy), []);
        let sponsor = of(Party::Sponsor, Purpose::AcademyConcern);
        assert_eq!(
            fields(&sponsor, &academy),
            [("contact.party".to_owned(), "13e")]
        );
    }
}
