//! Contacts and actions that follow from the risk analysis.

use llpr_domain::follow_up::action::{ActionKind, ActionState};
use llpr_domain::follow_up::contact::{Means, Party, Purpose, Recipient};
use llpr_proto::{names, v1};
use llpr_store::follow_up::{Action, Agreement, Contact, Due, SchoolDue};

use super::{date, timestamp};

pub(crate) fn contact(contact: Contact) -> v1::Contact {
    let Contact {
        id,
        urn,
        school,
        year,
        on,
        party,
        party_name,
        means,
        purpose,
        spoken_to,
        note,
        by,
        at,
        withdrawal,
    } = contact;
    let withdrawn_at = withdrawal.as_ref().map(|withdrawal| withdrawal.at);
    let (withdraw_reason, withdrawer_display_name) = withdrawal
        .map_or_else(Default::default, |withdrawal| {
            (withdrawal.reason, withdrawal.by)
        });
    v1::Contact {
        name: names::contact(urn, id),
        school: names::school(urn),
        school_display_name: school,
        programme_year: names::programme_year(year.slug()),
        contact_date: on.to_string(),
        party: to_party(party).into(),
        party_display_name: party_name,
        means: to_means(means).into(),
        purpose: to_purpose(purpose).into(),
        spoken_to,
        note,
        author: names::user(by.user),
        author_display_name: by.display_name,
        create_time: Some(timestamp(at)),
        withdraw_reason,
        withdrawer_display_name,
        withdraw_time: withdrawn_at.map(timestamp),
    }
}

pub(crate) fn school_contacts_due(due: SchoolDue) -> v1::SchoolContactsDue {
    let SchoolDue {
        urn,
        name,
        at_risk,
        contacts,
    } = due;
    let contacts = contacts.into_iter().map(|due| {
        let Due {
            recipient: Recipient { party, name },
            last,
            is_due,
        } = due;
        v1::ContactDue {
            party: to_party(party).into(),
            party_display_name: name,
            last_contact_date: date(last),
            due: is_due,
        }
    });
    v1::SchoolContactsDue {
        school: names::school(urn),
        school_display_name: name,
        at_risk,
        contacts: contacts.collect(),
    }
}

pub(crate) fn follow_up_action(action: Action) -> v1::FollowUpAction {
    let Action {
        id,
        urn,
        school,
        year,
        kind,
        title,
        note,
        owner,
        due,
        first_due,
        state,
        is_overdue,
        outcome,
        closed_on,
        closed_by,
        contact,
        agreement: agreed,
        by,
        made: _,
        at,
        version,
    } = action;
    v1::FollowUpAction {
        name: names::follow_up_action(urn, id),
        school: names::school(urn),
        school_display_name: school,
        programme_year: names::programme_year(year.slug()),
        kind: to_action_kind(kind).into(),
        title,
        note,
        owner: names::user(owner.user),
        owner_display_name: owner.display_name,
        due_date: due.to_string(),
        first_due_date: first_due.to_string(),
        state: to_action_state(state).into(),
        overdue: is_overdue,
        outcome,
        close_date: date(closed_on),
        closer_display_name: closed_by,
        contact: contact.map_or(String::new(), |id| names::contact(urn, id)),
        agreement: agreed.map(agreement),
        author: names::user(by.user),
        author_display_name: by.display_name,
        create_time: Some(timestamp(at)),
        etag: version.to_string(),
    }
}

/// An action as the school sees it: what was agreed, and nothing of the working.
pub(crate) fn agreed_action(action: Action) -> v1::AgreedAction {
    v1::AgreedAction {
        name: names::follow_up_action(action.urn, action.id),
        programme_year: names::programme_year(action.year.slug()),
        kind: to_action_kind(action.kind).into(),
        agreement: action.agreement.map(agreement),
        owner_display_name: action.owner.display_name,
        due_date: action.due.to_string(),
        state: to_action_state(action.state).into(),
        close_date: date(action.closed_on),
    }
}

fn agreement(agreement: Agreement) -> v1::FollowUpAgreement {
    let Agreement {
        wording,
        agreed_with,
        agreed,
        shared_at,
        shared_by,
    } = agreement;
    v1::FollowUpAgreement {
        wording,
        agreed_with,
        agreed_date: agreed.to_string(),
        share_time: Some(timestamp(shared_at)),
        sharer_display_name: shared_by,
    }
}

/// An enum of the contract and ours, value by value; what the contract leaves unspecified is none.
macro_rules! same {
    ($to:ident, $read:ident: $theirs:ident = $ours:ident { $($value:ident),+ $(,)? }) => {
        fn $to(value: $ours) -> v1::$theirs {
            match value {
                $($ours::$value => v1::$theirs::$value,)+
            }
        }

        /// `None` where none is given.
        pub(crate) fn $read(value: v1::$theirs) -> Option<$ours> {
            match value {
                v1::$theirs::Unspecified => None,
                $(v1::$theirs::$value => Some($ours::$value),)+
            }
        }
    };
}

same!(to_party, read_party: ContactParty = Party {
    School,
    GoverningBody,
    Trust,
    Sponsor,
    RegionalDirector,
});
same!(to_means, read_means: ContactMeans = Means { Visit, Telephone, Video, Email, Letter });
same!(to_purpose, read_purpose: ContactPurpose = Purpose {
    DiscussIssues,
    AgreeActions,
    Capacity,
    AcademyConcern,
});
same!(to_action_kind, read_action_kind: FollowUpActionKind = ActionKind {
    Visit,
    EarlyReview,
    SupportPackage,
    GoverningBodyVisit,
    AcademyContact,
});
same!(to_action_state, read_action_state: FollowUpActionState = ActionState { Open, Done, Dropped });
