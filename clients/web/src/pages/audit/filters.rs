//! What of the audit log is looked for. It stands in the address, so that it can be kept and sent.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Europe::London;
use llpr_client::v1;
use llpr_proto::access::METHODS;
use prost_types::Timestamp;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::PAGE_SIZE;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::Problem;
use crate::words::Choice;

pub(super) const WHO: &str = "who";
pub(super) const METHOD: &str = "method";
pub(super) const TARGET: &str = "target";
pub(super) const FROM: &str = "from";
pub(super) const UNTIL: &str = "until";

/// The filters, joined by "and", and the page.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    /// An e-mail address, `users/{id}` or `serviceAccounts/{id}`.
    #[serde(default)]
    pub(super) who: String,
    /// `UserService/CreateUser`, or `UserService/` for all of a service.
    #[serde(default)]
    pub(super) method: String,
    /// How the target's name begins.
    #[serde(default)]
    pub(super) target: String,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub(super) from: String,
    /// The last day that is looked at.
    #[serde(default)]
    pub(super) until: String,
    #[serde(default)]
    pub(super) page_token: String,
}

impl Wanted {
    pub(super) fn trimmed(self) -> Self {
        let trimmed = |text: String| text.trim().to_owned();
        Self {
            who: trimmed(self.who),
            method: self.method,
            target: trimmed(self.target),
            from: trimmed(self.from),
            until: trimmed(self.until),
            page_token: self.page_token,
        }
    }

    pub(super) fn filters(&self) -> bool {
        [
            &self.who,
            &self.method,
            &self.target,
            &self.from,
            &self.until,
        ]
        .into_iter()
        .any(|filter| !filter.is_empty())
    }

    /// The address of the same list at another page.
    pub(super) fn link(&self, page_token: &str) -> String {
        let mut pairs = Serializer::new(String::new());
        for (name, value) in [
            (WHO, self.who.as_str()),
            (METHOD, &self.method),
            (TARGET, &self.target),
            (FROM, &self.from),
            (UNTIL, &self.until),
            ("page_token", page_token),
        ] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        match pairs.finish().as_str() {
            "" => "/audit".into(),
            pairs => format!("/audit?{pairs}"),
        }
    }

    /// The request, or what can't be looked for.
    pub(super) async fn request(
        &self,
        signed_in: &SignedIn,
    ) -> Result<Result<v1::ListLedgerEntriesRequest, Vec<Problem>>, Failure> {
        let mut problems = Vec::new();
        let actor = if self.who.contains('@') {
            let found = person(signed_in, &self.who).await?;
            if found.is_none() {
                problems.push(Problem::new(
                    WHO,
                    "Nobody has this e-mail address. Check the spelling",
                ));
            }
            found.unwrap_or_default()
        } else {
            if !self.who.is_empty() && !self.who.contains('/') {
                problems.push(Problem::new(
                    WHO,
                    "Enter an e-mail address, or an id such as users/… or serviceAccounts/…",
                ));
            }
            self.who.clone()
        };
        let mut moment = |field, text: &str, days| match day(text, days) {
            Ok(moment) => moment,
            Err(text) => {
                problems.push(Problem::new(field, text));
                None
            }
        };
        let start_time = moment(FROM, &self.from, 0);
        let end_time = moment(UNTIL, &self.until, 1);
        Ok(if problems.is_empty() {
            Ok(v1::ListLedgerEntriesRequest {
                page_size: PAGE_SIZE,
                page_token: self.page_token.clone(),
                actor,
                method: match self.method.as_str() {
                    "" => String::new(),
                    method => format!("llpr.v1.{method}"),
                },
                target_prefix: self.target.clone(),
                start_time,
                end_time,
            })
        } else {
            Err(problems)
        })
    }
}

/// The person with this e-mail address.
async fn person(signed_in: &SignedIn, email: &str) -> Result<Option<String>, Failure> {
    let request = v1::ListUsersRequest {
        page_size: 50,
        query: email.to_owned(),
        ..Default::default()
    };
    let answer = read!(signed_in, users().list_users(request)).await?;
    let found = answer
        .users
        .into_iter()
        .find(|user| user.email.eq_ignore_ascii_case(email));
    Ok(found.map(|user| user.name))
}

/// When a day begins in London, or the day so many days later; none for an empty text.
fn day(text: &str, later: i64) -> Result<Option<Timestamp>, &'static str> {
    const WRONG: &str = "Enter a day as YYYY-MM-DD, such as 2026-09-01";
    if text.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = text.parse().map_err(|_| WRONG)?;
    let begins = day
        .checked_add_signed(TimeDelta::days(later))
        .and_then(|day| {
            let midnight = day.and_time(NaiveTime::MIN);
            midnight.and_local_timezone(London).earliest()
        })
        .ok_or(WRONG)?;
    Ok(Some(Timestamp {
        seconds: begins.timestamp(),
        nanos: 0,
    }))
}

/// All of the contract's methods, each behind all of its service.
pub(super) fn methods() -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "Everything")];
    let mut service = "";
    for method in METHODS {
        let Some(short) = method.full_name().strip_prefix("llpr.v1.") else {
            continue;
        };
        let (its, name) = short.split_once('/').unwrap_or((short, ""));
        if its != service {
            service = its;
            choices.push(Choice::new(format!("{its}/"), format!("{its}: all of it")));
        }
        choices.push(Choice::new(short, format!("{its}: {name}")));
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_every_filter() {
        let wanted = Wanted {
            who: "ada@example.org".into(),
            method: "UserService/".into(),
            target: "schools/900001".into(),
            from: "2026-09-01".into(),
            until: "2026-09-30".into(),
            page_token: "old".into(),
        };
        assert_eq!(
            wanted.link("x=/"),
            "/audit?who=ada%40example.org&method=UserService%2F&target=schools%2F900001\
             &from=2026-09-01&until=2026-09-30&page_token=x%3D%2F"
        );
        assert_eq!(Wanted::default().link(""), "/audit");
        assert!(wanted.filters() && !Wanted::default().filters());
    }

    #[test]
    fn days_begin_in_london_and_the_last_one_counts() {
        let seconds = |text, later| day(text, later).unwrap().unwrap().seconds;
        assert_eq!(seconds("1970-01-02", 1) - seconds("1970-01-02", 0), 86_400);
        // In summer an hour before UTC.
        assert_eq!(seconds("2026-07-01", 0) % 86_400, 82_800);
        assert_eq!(day("", 1), Ok(None));
        assert!(day("31/08/2026", 0).is_err());
    }

    #[test]
    fn every_method_can_be_looked_for() {
        let methods = methods();
        for wanted in ["", "AuditService/", "UserService/CreateUser"] {
            assert!(methods.iter().any(|choice| choice.value == wanted));
        }
        assert!(methods.len() > METHODS.len());
    }
}
