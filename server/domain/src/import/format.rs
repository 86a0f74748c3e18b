//! How a column writes its numbers. The format belongs to the column of a file's version and is
//! never guessed from a value.

use super::fields::{hundredths, scaled, whole};

/// How a column writes its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `63%` or `63`, whole or with decimals, 0 to 100.
    Percent,
    /// As [`Self::Percent`], in columns of whole percentages: 0.63 is a spreadsheet's 63%.
    WholePercent,
    /// `104.2` or `44.98%`: a share that may pass 100, because its two counts differ in whom
    /// they count.
    Share,
    /// `44.98%` and nothing else: a number without the sign could be a fraction.
    SignedShare,
    /// `0.002` for 0.2 %; with a sign a percentage.
    Fraction,
    /// A rate of so many in a hundred.
    Rate,
    /// A number with many decimals, perhaps as `9.28e-05`.
    Computed,
    /// A scaled score.
    ScaledScore,
    /// Progress points.
    Progress,
    /// A whole number of pupils or cases, as a figure.
    Whole,
    /// A number of cases that may be an estimate with decimals, as a figure.
    Estimate,
    /// A whole count that is part of a figure, in units.
    Count,
    /// As [`Self::Count`], where the file has averages of counts: decimals round.
    MeanCount,
}

/// Why a cell can't be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// No number and no marker.
    Text,
    /// A number that breaks a rule.
    Number(&'static str),
}

const PERCENTAGE: &str = "A percentage lies between 0 and 100.";
const COUNT: &str = "A number of pupils is a whole number from 0.";
const SHARE: &str = "A share of the pupils lies between 0 and 1000 per cent.";

impl Format {
    /// The number: in hundredths, but for counts in units.
    pub(super) fn read(self, text: &str) -> Result<i64, Wrong> {
        let bare = text.strip_suffix('%').map(str::trim_end);
        let percent = |most: i64, rule| {
            within(
                hundredths(bare.unwrap_or(text)).ok_or(Wrong::Text)?,
                0,
                most,
                rule,
            )
        };
        match self {
            Self::Percent => percent(10_000, PERCENTAGE),
            Self::WholePercent => {
                let number = percent(10_000, PERCENTAGE)?;
                if bare.is_none() && (1..100).contains(&number) {
                    return Err(Wrong::Number(
                        "This looks like a fraction, where the file should have a percentage such \
                         as 63%.",
                    ));
                }
                Ok(number)
            }
            Self::Share => percent(100_000, SHARE),
            Self::SignedShare => {
                let number = percent(100_000, SHARE)?;
                if bare.is_none() && number != 0 {
                    return Err(Wrong::Number(
                        "In this year's file a percentage has its sign, such as 44.98%; without it \
                         a fraction could be meant.",
                    ));
                }
                Ok(number)
            }
            Self::Fraction if bare.is_some() => percent(100_000, SHARE),
            Self::Fraction => {
                // 0.002 is 0.20 per cent.
                let number = scaled::<4>(text, 9).ok_or(Wrong::Text)?;
                within(
                    number,
                    0,
                    10_000,
                    "A fraction of the pupils lies between 0 and 1.",
                )
            }
            Self::Rate => within(
                hundredths(text).ok_or(Wrong::Text)?,
                0,
                1_000_000,
                "A rate lies between 0 and 10000 in a hundred.",
            ),
            Self::Computed => {
                let number = match text.split_once(['e', 'E']) {
                    Some((digits, power)) if power.starts_with('-') => {
                        hundredths(digits).ok_or(Wrong::Text)?;
                        let number: f64 = text.parse().map_err(|_| Wrong::Text)?;
                        #[expect(clippy::cast_possible_truncation, reason = "less than ten")]
                        let number = (number * 100.0).round() as i64;
                        number
                    }
                    _ => hundredths(text).ok_or(Wrong::Text)?,
                };
                within(number, 0, 10_000, PERCENTAGE)
            }
            Self::ScaledScore => within(
                hundredths(text).ok_or(Wrong::Text)?,
                8000,
                12_000,
                "A scaled score lies between 80 and 120.",
            ),
            Self::Progress => within(
                hundredths(text).ok_or(Wrong::Text)?,
                -10_000,
                10_000,
                "Progress lies between -100 and 100 points.",
            ),
            Self::Whole => {
                hundredths(text).ok_or(Wrong::Text)?;
                let pupils = whole(text).ok_or(Wrong::Number(COUNT))?;
                Ok(i64::from(pupils) * 100)
            }
            Self::Estimate => within(
                hundredths(text).ok_or(Wrong::Text)?,
                0,
                i64::MAX,
                "A number of cases is a number from 0.",
            ),
            Self::Count => {
                let number = scaled::<2>(text, 12).ok_or(Wrong::Text)?;
                if number < 0 || number % 100 != 0 || text.starts_with('-') {
                    return Err(Wrong::Number(COUNT));
                }
                Ok(number / 100)
            }
            Self::MeanCount => {
                let number = scaled::<0>(text, 12).ok_or(Wrong::Text)?;
                within(number, 0, i64::MAX, "A count is a number from 0.")
            }
        }
    }
}

fn within(number: i64, least: i64, most: i64, rule: &'static str) -> Result<i64, Wrong> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Wrong::Number(rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_two_spellings_and_no_fractions() {
        let read = |text| Format::WholePercent.read(text);
        assert_eq!(read("63%"), Ok(6300));
        assert_eq!(read("63"), Ok(6300));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("100%"), Ok(10_000));
        assert!(matches!(read("0.63"), Err(Wrong::Number(_))));
        assert!(matches!(read("101%"), Err(Wrong::Number(_))));
        assert!(matches!(read("-1"), Err(Wrong::Number(_))));
        assert_eq!(read("x"), Err(Wrong::Text));
        assert_eq!(read("%"), Err(Wrong::Text));
        assert_eq!(Format::Percent.read("0.4"), Ok(40));
    }

    #[test]
    fn a_share_may_pass_a_hundred_and_a_fraction_may_not() {
        assert_eq!(Format::Share.read("104.2"), Ok(10_420));
        assert_eq!(Format::Share.read("44.98%"), Ok(4498));
        assert_eq!(Format::SignedShare.read("0"), Ok(0));
        assert_eq!(Format::SignedShare.read("51%"), Ok(5100));
        assert!(matches!(
            Format::SignedShare.read("51"),
            Err(Wrong::Number(_))
        ));
        for (text, number) in [
            ("0.002", 20),
            ("0.172", 1720),
            ("0", 0),
            ("1", 10_000),
            ("0.3%", 30),
        ] {
            assert_eq!(Format::Fraction.read(text), Ok(number), "{text}");
        }
        assert!(matches!(
            Format::Fraction.read("1.5"),
            Err(Wrong::Number(_))
        ));
        assert_eq!(Format::Fraction.read("c"), Err(Wrong::Text));
    }

    #[test]
    fn computed_numbers_round_and_may_be_tiny() {
        assert_eq!(Format::Computed.read("4.83306488611083"), Ok(483));
        assert_eq!(Format::Computed.read("9.2844000628778e-05"), Ok(0));
        assert_eq!(Format::Computed.read("5e-01"), Ok(50));
        assert_eq!(Format::Computed.read("5e1"), Err(Wrong::Text));
        assert_eq!(Format::MeanCount.read("85400.5815217391"), Ok(85_401));
        assert_eq!(Format::Count.read("2445419687"), Ok(2_445_419_687));
        assert_eq!(Format::Count.read("4.0"), Ok(4));
        for wrong in ["-1", "-0", "4.5"] {
            assert!(matches!(Format::Count.read(wrong), Err(Wrong::Number(_))));
        }
    }

    #[test]
    fn scores_and_progress_have_ranges() {
        assert_eq!(Format::ScaledScore.read("104"), Ok(10_400));
        assert!(Format::ScaledScore.read("79").is_err());
        assert_eq!(Format::Progress.read("-1.5"), Ok(-150));
        assert!(Format::Whole.read("1.5").is_err());
        assert_eq!(Format::Rate.read("142.857"), Ok(14_286));
    }
}
