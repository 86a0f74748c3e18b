//! Lists as streams of items: one page in memory at a time.

use futures::stream::{self, Stream, TryStreamExt};
use llpr_proto::v1;
use tonic::{Response, Status};

use crate::error::Error;
use crate::retry::{Retry, retry};

/// A page of a list: the response of a `List…` method.
pub trait Page {
    /// What is listed.
    type Item;
    /// The items, and the token of the next page, which is empty on the last.
    fn into_parts(self) -> (Vec<Self::Item>, String);
}

macro_rules! pages {
    ($($response:ident { $items:ident: $item:ident }),* $(,)?) => {
        $(impl Page for v1::$response {
            type Item = v1::$item;
            fn into_parts(self) -> (Vec<Self::Item>, String) {
                (self.$items, self.next_page_token)
            }
        })*
    };
}

pages! {
    GetImportDiffResponse { changes: ImportChange },
    ListAgreedActionsResponse { agreed_actions: AgreedAction },
    ListContactsDueResponse { schools: SchoolContactsDue },
    ListContactsResponse { contacts: Contact },
    ListDistrictFiguresResponse { figures: DistrictFigure },
    ListDistrictReviewVersionsResponse { versions: DistrictReviewVersion },
    ListDistrictProposalsResponse { proposals: DistrictProposal },
    ListDistrictsResponse { districts: District },
    ListFollowUpActionsResponse { follow_up_actions: FollowUpAction },
    ListImportIssuesResponse { issues: ImportIssue },
    ListImportsResponse { imports: Import },
    ListInvitationsResponse { invitations: Invitation },
    ListLedgerEntriesResponse { entries: LedgerEntry },
    ListLedgerHeadsResponse { heads: LedgerHead },
    ListMailsResponse { mails: Mail },
    ListMyFollowUpActionsResponse { follow_up_actions: FollowUpAction },
    ListPastVisitDocumentsResponse { documents: PastVisitDocument },
    ListProgrammeContextsResponse { programme_contexts: ProgrammeContext },
    ListProgrammeVersionsResponse { programme_versions: ProgrammeVersion },
    ListRefusalsResponse { refusals: Refusals },
    ListRiskAssessmentsResponse { risk_assessments: RiskAssessment },
    ListSharedRisksResponse { risk_assessments: RiskAssessment },
    ListRoleAssignmentsResponse { role_assignments: RoleAssignment },
    ListSchoolFiguresResponse { figures: Figure },
    ListSchoolsResponse { schools: School },
    ListSuggestionsResponse { schools: SchoolSuggestions },
    ListServiceAccountsResponse { service_accounts: ServiceAccount },
    ListUsersResponse { users: User },
}

/// All items of a list, page after page, as they are asked for.
///
/// `fetch` gets a page token (empty for the first page) and makes the call. Lists are reads, so a
/// page is asked for again while the server is away or busy. The stream ends after its first
/// error.
///
/// ```no_run
/// # use llpr_client::{Error, Session, items, v1};
/// # use futures::TryStreamExt;
/// # async fn example(session: Session) -> Result<(), Error> {
/// let schools = items(|page_token| {
///     let mut client = session.schools();
///     async move {
///         client
///             .list_schools(v1::ListSchoolsRequest { page_token, ..Default::default() })
///             .await
///     }
/// });
/// futures::pin_mut!(schools);
/// while let Some(school) = schools.try_next().await? {
///     println!("{}", school.display_name);
/// }
/// # Ok(()) }
/// ```
pub fn items<P, F, A>(fetch: F) -> impl Stream<Item = Result<P::Item, Error>>
where
    P: Page,
    F: FnMut(String) -> A,
    A: Future<Output = Result<Response<P>, Status>>,
{
    // The token of the page to fetch, or none after the last.
    let start = (Some(String::new()), fetch);
    stream::try_unfold(start, |(token, mut fetch)| async move {
        let Some(token) = token else { return Ok(None) };
        let page = retry(Retry::default(), || fetch(token.clone())).await?;
        let (items, next) = page.into_parts();
        if !next.is_empty() && next == token {
            return Err(Error::Protocol("a page names itself as the next"));
        }
        let next = (!next.is_empty()).then_some(next);
        let batch = stream::iter(items.into_iter().map(Ok::<_, Error>));
        Ok(Some((batch, (next, fetch))))
    })
    .try_flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    type Answer = Result<Response<v1::ListUsersResponse>, Status>;

    fn page(names: &[&str], next: &str) -> Response<v1::ListUsersResponse> {
        Response::new(v1::ListUsersResponse {
            users: names
                .iter()
                .map(|&name| v1::User {
                    name: name.into(),
                    ..Default::default()
                })
                .collect(),
            next_page_token: next.into(),
            total_size: 3,
        })
    }

    #[tokio::test]
    async fn every_page_is_read_once_and_in_order() {
        let asked = RefCell::new(Vec::new());
        let users: Vec<v1::User> = items(|token| {
            asked.borrow_mut().push(token.clone());
            async move {
                let page = match token.as_str() {
                    "" => page(&["a", "b"], "two"),
                    // A page may be empty and still not be the last.
                    "two" => page(&[], "three"),
                    _ => page(&["c"], ""),
                };
                Answer::Ok(page)
            }
        })
        .try_collect()
        .await
        .unwrap();
        let names: Vec<_> = users.iter().map(|user| user.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(*asked.borrow(), ["", "two", "three"]);
    }

    #[tokio::test]
    async fn pages_are_fetched_only_when_their_items_are_wanted() {
        let asked = RefCell::new(0);
        let users = items(|token| {
            *asked.borrow_mut() += 1;
            async move { Answer::Ok(page(&["a"], &format!("{token}x"))) }
        });
        futures::pin_mut!(users);
        assert!(users.try_next().await.unwrap().is_some());
        assert_eq!(*asked.borrow(), 1);
    }

    #[tokio::test]
    async fn a_server_that_goes_round_in_circles_is_left() {
        let outcome: Result<Vec<_>, _> = items(|_| async { Answer::Ok(page(&["a"], "same")) })
            .try_collect()
            .await;
        assert!(matches!(outcome, Err(Error::Protocol(_))));
    }

    #[tokio::test]
    async fn an_error_ends_the_list() {
        let outcome: Result<Vec<_>, _> = items(|token| async move {
            if token.is_empty() {
                Ok(page(&["a"], "two"))
            } else {
                Err(Status::permission_denied("no"))
            }
        })
        .try_collect()
        .await;
        assert_eq!(outcome.unwrap_err().code(), tonic::Code::PermissionDenied);
    }
}
