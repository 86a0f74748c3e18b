//! What is printed: each figure beside its limit, as a share of it, and the aim.

use std::time::Duration;

/// One line.
pub(crate) struct Line {
    what: String,
    measured: String,
    limit: String,
    ratio: String,
    aim: &'static str,
}

/// Medians and lines of a run.
#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

/// The middle one; runs are odd in number.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn seconds(value: f64) -> String {
    if value < 1.0 {
        format!("{:.0} ms", value * 1_000.0)
    } else {
        format!("{value:.2} s")
    }
}

impl Report {
    /// A rate, with its limit; both a second. Ratios are of runs in pairs.
    pub(crate) fn rate(
        &mut self,
        what: impl Into<String>,
        limit: &str,
        pairs: &[(f64, f64)],
        aim: &'static str,
    ) {
        let of = |f: fn(&(f64, f64)) -> f64| median(pairs.iter().map(f).collect());
        self.lines.push(Line {
            what: what.into(),
            measured: format!("{:.0}/s", of(|pair| pair.0)),
            limit: format!("{limit} {:.0}/s", of(|pair| pair.1)),
            ratio: format!("{:.3}", of(|pair| pair.0 / pair.1)),
            aim,
        });
    }

    /// A time, with that of its limit: the ratio is of speeds.
    pub(crate) fn time(
        &mut self,
        what: impl Into<String>,
        limit: &str,
        pairs: &[(Duration, Duration)],
        aim: &'static str,
    ) {
        let ratio = |pair: &(Duration, Duration)| pair.1.as_secs_f64() / pair.0.as_secs_f64();
        self.compared(what, limit, pairs, ratio, aim);
    }

    /// How many times one time is another.
    pub(crate) fn times(
        &mut self,
        what: impl Into<String>,
        limit: &str,
        pairs: &[(Duration, Duration)],
        aim: &'static str,
    ) {
        let ratio = |pair: &(Duration, Duration)| pair.0.as_secs_f64() / pair.1.as_secs_f64();
        self.compared(what, limit, pairs, ratio, aim);
    }

    fn compared(
        &mut self,
        what: impl Into<String>,
        limit: &str,
        pairs: &[(Duration, Duration)],
        ratio: fn(&(Duration, Duration)) -> f64,
        aim: &'static str,
    ) {
        let of = |f: fn(&(Duration, Duration)) -> f64| median(pairs.iter().map(f).collect());
        self.lines.push(Line {
            what: what.into(),
            measured: seconds(of(|pair| pair.0.as_secs_f64())),
            limit: format!("{limit} {}", seconds(of(|pair| pair.1.as_secs_f64()))),
            ratio: format!("{:.2}", of(ratio)),
            aim,
        });
    }

    /// A time against a fixed one.
    pub(crate) fn wait(&mut self, what: impl Into<String>, waits: &[Duration], aim: &'static str) {
        let wait = median(waits.iter().map(Duration::as_secs_f64).collect());
        let worst = waits.iter().max().copied().unwrap_or_default();
        self.lines.push(Line {
            what: what.into(),
            measured: seconds(wait),
            limit: format!("worst run {}", seconds(worst.as_secs_f64())),
            ratio: String::new(),
            aim,
        });
    }

    /// Memory.
    pub(crate) fn memory(&mut self, what: impl Into<String>, bytes: &[u64], aim: &'static str) {
        #[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
        let megabytes = median(bytes.iter().map(|bytes| *bytes as f64 / 1e6).collect());
        self.lines.push(Line {
            what: what.into(),
            measured: format!("{megabytes:.0} MB"),
            limit: String::new(),
            ratio: String::new(),
            aim,
        });
    }

    /// The table.
    pub(crate) fn print(&self) {
        let heads = ["", "measured", "limit", "ratio", "aim"];
        let rows: Vec<[&str; 5]> = self
            .lines
            .iter()
            .map(|line| {
                [
                    &line.what,
                    &line.measured,
                    &line.limit,
                    &line.ratio,
                    line.aim,
                ]
                .map(|cell: &str| cell)
            })
            .collect();
        let width = |at: usize| {
            rows.iter()
                .map(|row| row[at].chars().count())
                .max()
                .unwrap_or(0)
                .max(heads[at].len())
        };
        for row in std::iter::once(&heads).chain(&rows) {
            let cells: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(at, cell)| format!("{cell:<width$}", width = width(at)))
                .collect();
            println!("{}", cells.join("  ").trim_end());
        }
    }
}
