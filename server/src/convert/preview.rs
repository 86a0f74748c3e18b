//! What a draft's numbers would do to suggestions.

use llpr_domain::risk::preview::{Shift, Tally, Told};
use llpr_proto::{names, v1};
use llpr_store::programme::{Draft, Version};
use llpr_store::risk::Preview;

use super::whole;

pub(crate) fn programme_draft_preview(
    base: &Version,
    draft: &Draft,
    preview: Preview,
) -> v1::GetProgrammeDraftPreviewResponse {
    let Preview {
        told: Told {
            county,
            districts,
            left_out,
        },
        names: by_slug,
    } = preview;
    let shifts = |tally: &Tally| -> Vec<v1::SuggestionShift> {
        let shifts = tally.criteria.iter();
        shifts
            .map(|(&letter, shift)| suggestion_shift(letter, *shift, base, draft))
            .collect()
    };
    v1::GetProgrammeDraftPreviewResponse {
        base: base.head.name.to_string(),
        etag: draft.head.version.to_string(),
        school_count: whole(county.schools),
        shifts: shifts(&county),
        districts: districts
            .iter()
            .map(|((_, slug), tally)| v1::DistrictPreview {
                district: match slug.as_str() {
                    "" => String::new(),
                    slug => names::district(slug),
                },
                district_display_name: by_slug.get(slug).cloned().unwrap_or_default(),
                school_count: whole(tally.schools),
                shifts: shifts(tally),
            })
            .collect(),
        left_out_school_count: whole(left_out),
    }
}

fn suggestion_shift(
    letter: char,
    shift: Shift,
    base: &Version,
    draft: &Draft,
) -> v1::SuggestionShift {
    let Shift {
        before,
        after,
        raised,
        cleared,
    } = shift;
    let criterion = draft.programme.criterion(letter);
    let criterion = criterion.or_else(|| base.programme.criterion(letter));
    v1::SuggestionShift {
        criterion: letter.to_string(),
        criterion_title: criterion
            .map(|criterion| criterion.title.clone())
            .unwrap_or_default(),
        before_count: whole(before),
        after_count: whole(after),
        raised_count: whole(raised),
        cleared_count: whole(cleared),
    }
}
