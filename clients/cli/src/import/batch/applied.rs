//! Which files of a batch the server has already: known from its imports, never from a note of our
//! own.

use llpr_client::v1::Import;

use super::manifest::Entry;
use crate::names::bare;

/// A file to load, with the hash of its bytes.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) entry: Entry,
    /// SHA-256 in lower-case hexadecimal; empty where the file could not be read.
    pub(super) sha256: String,
}

impl Wanted {
    /// Whether an import is of the same bytes with the same data set, year and release.
    pub(super) fn is(&self, import: &Import) -> bool {
        self.sha256 == import.sha256
            && self.entry.dataset == bare(&import.dataset)
            && first_year(&self.entry.year) == first_year(&import.academic_year)
            && self.entry.release == import.release()
    }
}

/// The import that already applied the file at a position of the batch. None where something else
/// was loaded over it since, other than files that come later in the batch.
///
/// `applied` are the applied imports of its data set; `batch` is in the order of loading.
pub(super) fn already<'a>(
    batch: &[Wanted],
    position: usize,
    applied: &'a [Import],
) -> Option<&'a Import> {
    let wanted = batch.get(position)?;
    let later = batch.get(position + 1..).unwrap_or_default();
    let moment = |import: &Import| {
        let time = import.apply_time.unwrap_or_default();
        (time.seconds, time.nanos)
    };
    let found = applied
        .iter()
        .filter(|import| wanted.is(import))
        .max_by_key(|import| moment(import))?;
    let over = applied.iter().any(|import| {
        moment(import) > moment(found)
            && bare(&import.dataset) == wanted.entry.dataset
            && may_speak_of_the_same(&wanted.entry.year, &import.academic_year)
            && !wanted.is(import)
            && !later.iter().any(|after| after.is(import))
    });
    (!over).then_some(found)
}

/// A file without a year may hold any.
fn may_speak_of_the_same(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || first_year(one) == first_year(other)
}

/// The year that an academic year begins in, however its second one is written.
fn first_year(text: &str) -> &str {
    text.get(..4).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::batch::manifest::read;
    use std::path::Path;

    fn batch(files: &[(&str, &str, &str)]) -> Vec<Wanted> {
        files
            .iter()
            .map(|(dataset, year, sha256)| {
                let text =
                    format!("[[file]]\ndataset = \"{dataset}\"\npath = \"x\"\nyear = \"{year}\"\n");
                Wanted {
                    entry: read(&text, Path::new(".")).unwrap().remove(0),
                    sha256: (*sha256).to_owned(),
                }
            })
            .collect()
    }

    fn import(dataset: &str, year: &str, sha256: &str, second: i64) -> Import {
        Import {
            dataset: format!("datasets/{dataset}"),
            academic_year: year.to_owned(),
            sha256: sha256.to_owned(),
            apply_time: Some(prost_types::Timestamp {
                seconds: second,
                nanos: 0,
            }),
            ..Import::default()
        }
    }

    fn which(batch: &[Wanted], applied: &[Import]) -> Vec<bool> {
        (0..batch.len())
            .map(|position| already(batch, position, applied).is_some())
            .collect()
    }

    #[test]
    fn a_file_is_there_until_another_is_loaded_over_it() {
        let batch = batch(&[("ks2", "2023/24", "a"), ("ks2", "2024/25", "b")]);
        let (a, b) = (
            import("ks2", "2023/24", "a", 1),
            import("ks2", "2024/25", "b", 2),
        );
        assert_eq!(which(&batch, &[]), [false, false]);
        assert_eq!(which(&batch, std::slice::from_ref(&a)), [true, false]);
        assert_eq!(which(&batch, &[b.clone(), a.clone()]), [true, true]);
        let other = import("ks2", "2024/25", "c", 3);
        assert_eq!(which(&batch, &[a.clone(), b.clone(), other]), [true, false]);
        // Another data set's does not matter, and neither do other options.
        let unlike = import("absence", "2024/25", "c", 4);
        assert_eq!(which(&batch, &[a, b, unlike]), [true, true]);
        let unlike = import("ks2", "2022/23", "a", 1);
        assert_eq!(which(&batch, &[unlike]), [false, false]);
    }

    #[test]
    fn a_later_file_of_the_batch_may_stand_over_an_earlier_one_but_not_the_reverse() {
        let batch = batch(&[("ks2", "2024/25", "early"), ("ks2", "2024/25", "late")]);
        let early = import("ks2", "2024/25", "early", 1);
        let late = import("ks2", "2024/25", "late", 2);
        assert_eq!(which(&batch, &[early.clone(), late.clone()]), [true, true]);
        let early = import("ks2", "2024/25", "early", 3);
        assert_eq!(which(&batch, &[late, early]), [true, false]);
    }

    #[test]
    fn a_file_without_a_year_is_over_each_year_of_its_data_set() {
        let batch = batch(&[("absence", "2023/24", "a")]);
        let a = import("absence", "2023/24", "a", 1);
        let all = import("absence", "", "x", 2);
        assert_eq!(which(&batch, &[a, all]), [false]);
    }
}
