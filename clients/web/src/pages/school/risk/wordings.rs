//! What the school was told, and the form to keep a wording.

use axum::extract::Path;
use axum::response::Response;
use llpr_client::v1;
use serde::Deserialize;

use super::{Typed, page, to};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::Problem;
use crate::pages::form::{self, Hidden};
use crate::pages::risk::spoken;
use crate::pages::school::school_name;
use crate::words::date;

pub(super) const WORDING: &str = "wording";
pub(super) const TOLD_TO: &str = "told-to";
pub(super) const TOLD_DATE: &str = "told-date";

/// A wording that the school was told.
pub(super) struct Wording {
    pub(super) year: String,
    pub(super) text: String,
    pub(super) told_to: String,
    pub(super) on: String,
    pub(super) by: String,
}

impl From<v1::RiskWording> for Wording {
    fn from(wording: v1::RiskWording) -> Self {
        Self {
            year: spoken(&wording.programme_year),
            text: wording.wording,
            told_to: wording.told_to,
            on: date(&wording.told_date),
            by: wording.teller_display_name,
        }
    }
}

/// Those of the school, the latest first; none for who may not see them.
pub(super) async fn read(
    signed_in: &SignedIn,
    school: &str,
    may: bool,
) -> Result<Option<Vec<v1::RiskWording>>, Failure> {
    if !may {
        return Ok(None);
    }
    let request = v1::ListRiskWordingsRequest {
        parent: school.to_owned(),
    };
    let answer = read!(signed_in, risk().list_risk_wordings(request)).await;
    Ok(Some(answer.map_err(Failure::hidden)?.risk_wordings))
}

/// The form.
pub(super) struct Release {
    pub(super) hidden: Hidden,
    pub(super) programme_year: String,
    pub(super) fields: Fields,
}

/// What it sends.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    programme_year: String,
    #[serde(default)]
    pub(super) wording: String,
    #[serde(default, rename = "told-to")]
    pub(super) told_to: String,
    #[serde(default, rename = "told-date")]
    pub(super) told_date: String,
    #[serde(default)]
    request_id: String,
}

/// Why nothing was kept, and what was typed.
pub(super) struct Refused {
    pub(super) typed: Fields,
    pub(super) problems: Vec<Problem>,
}

impl Release {
    pub(super) fn new(signed_in: &SignedIn, programme_year: &str, typed: &Typed) -> Self {
        Self::filled(Hidden::new(&signed_in.browser), programme_year, typed)
    }

    pub(super) fn filled(hidden: Hidden, programme_year: &str, typed: &Typed) -> Self {
        Self {
            hidden,
            programme_year: programme_year.to_owned(),
            fields: if let Typed::Wording(refused) = typed {
                refused.typed.clone()
            } else {
                Fields {
                    told_to: "the headteacher".into(),
                    ..Fields::default()
                }
            },
        }
    }
}

/// Keeps a wording, which the headteacher then sees.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.wording = fields.wording.trim().replace("\r\n", "\n");
    for field in [&mut fields.told_to, &mut fields.told_date] {
        *field = field.trim().to_owned();
    }
    let request = v1::ReleaseRiskWordingRequest {
        parent: school_name(&urn)?,
        programme_year: fields.programme_year.clone(),
        wording: fields.wording.clone(),
        told_to: fields.told_to.clone(),
        told_date: fields.told_date.clone(),
        request_id: fields.request_id.clone(),
    };
    let problems = match read!(signed_in, risk().release_risk_wording(request)).await {
        Ok(_) => {
            signed_in
                .browser
                .say_done("The wording is kept, and the headteacher sees it.");
            return Ok(to(&urn));
        }
        Err(error) => {
            let fields = [
                ("wording", WORDING),
                ("told_to", TOLD_TO),
                ("told_date", TOLD_DATE),
            ];
            form::problems(error, &fields)?
        }
    };
    let typed = Typed::Wording(Refused {
        typed: fields,
        problems,
    });
    Ok(form::again(&page(&signed_in, &urn, "", &typed).await?))
}
