//! What each role may know of an assessment: decided here, and nowhere else (¶12).

use llpr_domain::access::Role;

use super::assessments::{Assessment, Version};

/// Leaves what a role may know.
pub(super) fn narrow(whole: &mut Assessment, role: Option<Role>, reader: &str) {
    if role == Some(Role::Sim) {
        return;
    }
    let is_partner = role == Some(Role::Llp);
    whole.versions.retain(|version| version.shared_at.is_some());
    whole.latest = whole.versions.first().cloned();
    let is_shared = whole.latest.is_some();
    whole
        .judgements
        .retain(|one| is_partner && (is_shared || one.by.user == reader));
    if !is_partner {
        whole.versions.clear();
        if let Some(latest) = &mut whole.latest {
            letters_and_urgency(latest);
        }
    }
    if !(is_partner && is_shared) {
        whole.confirmed.clear();
    }
    whole.undecided.clear();
    whole.etag.clear();
}

/// Leaves letters and urgency, and nothing else that was said.
pub(super) fn letters_and_urgency(version: &mut Version) {
    version.reason.clear();
    version.direction = None;
}

#[cfg(test)]
mod tests {
    use llpr_domain::risk::assessment::{CriterionState, Direction, RiskState, Urgency};

    use super::super::assessments::AssessmentName;
    use super::super::criteria::Judgement;
    use super::*;
    use crate::programme::Writer;

    fn at(shared: Option<i64>, number: i32) -> Version {
        Version {
            number,
            state: RiskState::AtRisk,
            urgency: Some(Urgency::Pupils),
            reason: "prose".into(),
            direction: Some(Direction::Declining),
            letters: vec!['e'],
            effective: "2024-10-01".parse().unwrap(),
            in_bulk: false,
            by: writer("sim"),
            at: 1,
            shared_at: shared,
        }
    }

    fn writer(user: &str) -> Writer {
        Writer {
            user: user.into(),
            display_name: String::new(),
        }
    }

    fn judged(by: &str) -> Judgement {
        Judgement {
            id: by.into(),
            urn: "900001".parse().unwrap(),
            year: "2024/25".parse().unwrap(),
            letter: 'e',
            state: CriterionState::Confirmed,
            note: "prose".into(),
            by: writer(by),
            role: None,
            at: 1,
            answer: String::new(),
            decided_by: None,
            decided_at: None,
            version: 1,
        }
    }

    fn seen(shared: Option<i64>, role: Role) -> Assessment {
        let mut whole = Assessment {
            name: AssessmentName {
                urn: "900001".parse().unwrap(),
                year: "2024/25".parse().unwrap(),
            },
            school: String::new(),
            latest: Some(at(None, 2)),
            confirmed: vec!['e'],
            undecided: vec!['a'],
            versions: vec![at(None, 2), at(shared, 1)],
            judgements: vec![judged("sim"), judged("partner")],
            etag: "2-e-a".into(),
        };
        narrow(&mut whole, Some(role), "partner");
        whole
    }

    #[test]
    fn p12_each_role_sees_what_was_shared_with_it() {
        let before = seen(None, Role::Llp);
        assert_eq!(
            (before.latest, before.confirmed, before.etag.as_str()),
            (None, vec![], "")
        );
        assert_eq!(before.judgements, [judged("partner")]);
        let after = seen(Some(9), Role::Llp);
        assert_eq!(after.latest, Some(at(Some(9), 1)));
        assert_eq!((after.judgements.len(), after.undecided.len()), (2, 0));
        let county = seen(Some(9), Role::CountyManager);
        assert_eq!((county.judgements.len(), county.versions.len()), (0, 0));
        let latest = county.latest.unwrap();
        assert_eq!((latest.reason.as_str(), latest.letters), ("", vec!['e']));
        assert_eq!(latest.direction, None);
        assert_eq!(seen(None, Role::CountyManager).latest, None);
        assert_eq!(seen(None, Role::Sim).versions.len(), 2);
    }
}
