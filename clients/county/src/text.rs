//! How the files are spelled: quoting, the code page, percentages, dates.

/// A field in quotation marks, with those inside it doubled.
pub(crate) fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

/// A field as the performance tables write it: quoted only if it must be.
pub(crate) fn plain(field: &str) -> String {
    if field.contains([',', '"', '\n']) {
        quoted(field)
    } else {
        field.to_owned()
    }
}

/// Windows code page 1252, as far as the county's names need it.
pub(crate) fn cp1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '\u{2019}' => 0x92,
            '\u{2013}' => 0x96,
            c => u8::try_from(c).unwrap_or(b'?'),
        })
        .collect()
}

/// `a / b`, rounded half away from zero.
pub(crate) fn div_round(a: i64, b: i64) -> i64 {
    (2 * a.abs() + b) / (2 * b) * a.signum()
}

/// A share as a whole per cent, `63%`; blank where there is nobody to share.
pub(crate) fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        String::new()
    } else {
        format!("{}%", div_round(100 * part, whole))
    }
}

/// Tenths as the tables write them: `-1.5`, `4`, `0.3`.
pub(crate) fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    match (value.abs() / 10, value.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

/// `2021-03-31` as `31-03-2021`, the register's way; blank stays blank.
pub(crate) fn day_first(iso: &str) -> String {
    iso.rsplit('-').collect::<Vec<_>>().join("-")
}

/// A name as part of an address: lower case, hyphens, no accents.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            '\u{e9}' => slug.push('e'),
            '\'' | '\u{2019}' => {}
            _ if slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::{cp1252, day_first, div_round, percent, slug, tenths};

    #[test]
    fn spells_as_the_files_do() {
        assert_eq!(cp1252("é’–a"), [0xe9, 0x92, 0x96, b'a']);
        assert_eq!(day_first("2021-03-31"), "31-03-2021");
        assert_eq!(day_first(""), "");
        assert_eq!((div_round(-5, 2), div_round(5, 2)), (-3, 3));
        assert_eq!(
            (percent(2, 3), percent(0, 0)),
            ("67%".into(), String::new())
        );
        assert_eq!(
            (tenths(-15), tenths(40), tenths(-3)),
            ("-1.5".into(), "4".into(), "-0.3".into())
        );
        assert_eq!(slug("St Osyn’s – Beaupré"), "st-osyns-beaupre");
    }
}
