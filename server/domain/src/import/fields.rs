//! Reading single cells.

use chrono::NaiveDate;

/// What a date in a file may look like, for messages.
pub(super) const DATE_FORMS: &str = "DD/MM/YYYY, DD-MM-YYYY or YYYY-MM-DD";

/// A decimal number in hundredths, exactly; a third decimal rounds half away from zero.
///
/// `None` for anything else, and for more than nine digits before the point.
pub(super) fn hundredths(text: &str) -> Option<i64> {
    scaled::<2>(text, 9)
}

/// A decimal number times ten to the power of `PLACES`, exactly; the decimal after those rounds
/// half away from zero. `None` for anything else, and for more than `longest` (at most 12) digits
/// before the point.
pub(super) fn scaled<const PLACES: usize>(text: &str, longest: usize) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) || whole.len() > longest {
        return None;
    }
    let digit = |index: usize| {
        part.as_bytes()
            .get(index)
            .map_or(0, |b| i64::from(b - b'0'))
    };
    let whole: i64 = whole.parse().ok()?;
    let size = (0..PLACES).fold(whole, |size, index| size * 10 + digit(index));
    let size = size + i64::from(digit(PLACES) >= 5);
    Some(if negative { -size } else { size })
}

/// A whole number from 0; `4.0` counts as 4, as spreadsheets write it.
pub(super) fn whole(text: &str) -> Option<u32> {
    let number = hundredths(text)?;
    if number < 0 || number % 100 != 0 || text.starts_with('-') {
        return None;
    }
    u32::try_from(number / 100).ok()
}

/// A date in one of [`DATE_FORMS`], between 1500 and 2199.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (day, month, year) = if first.len() == 4 {
        (third, second, first)
    } else {
        (first, second, third)
    };
    let number = |part: &str, longest: usize| {
        let sound = part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit());
        if sound {
            part.parse::<u32>().ok()
        } else {
            None
        }
    };
    if year.len() != 4 {
        return None;
    }
    let year = i32::try_from(number(year, 4)?).ok()?;
    if !(1500..2200).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (text, number) in [
            ("63", 6300),
            ("-1.5", -150),
            ("+0.25", 25),
            ("104", 10_400),
            ("44.985", 4499),
            ("-0.005", -1),
            ("007", 700),
        ] {
            assert_eq!(hundredths(text), Some(number), "{text}");
        }
        for wrong in [
            "",
            "-",
            ".",
            ".5",
            "5.",
            "1e3",
            "1,234",
            "--1",
            "1 2",
            "1234567890",
        ] {
            assert_eq!(hundredths(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!(whole("12"), Some(12));
        assert_eq!(whole("4.0"), Some(4));
        assert_eq!(whole("4.5"), None);
        assert_eq!(whole("-1"), None);
        assert_eq!(whole("-0"), None);
    }

    #[test]
    fn dates_have_three_spellings() {
        let day = NaiveDate::from_ymd_opt(2016, 9, 1);
        for text in ["01-09-2016", "01/09/2016", "1/9/2016", "2016-09-01"] {
            assert_eq!(date(text), day, "{text}");
        }
        for wrong in [
            "",
            "2016",
            "31/02/2016",
            "13/13/2016",
            "01/09/16",
            "1-9/2016",
            "+1/9/2016",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }
}
