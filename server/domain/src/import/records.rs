//! Cutting bytes into records, with physical line numbers and a bounded length.

use csv_core::ReadRecordResult;

/// Longest record in bytes, line end included: 1 MiB.
pub const RECORD_LIMIT: usize = 1 << 20;

/// Counts physical lines; `\r\n`, `\n` and a lone `\r` each end one.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    line: u64,
    after_return: bool,
    at_start: bool,
}

impl Lines {
    pub(super) const fn new() -> Self {
        Self {
            line: 1,
            after_return: false,
            at_start: true,
        }
    }

    pub(super) fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let ends = match byte {
                b'\r' => true,
                b'\n' => !self.after_return,
                _ => false,
            };
            self.line += u64::from(ends);
            self.after_return = *byte == b'\r';
            self.at_start = matches!(byte, b'\r' | b'\n');
        }
    }

    /// How many lines were passed, the last one also without a line end.
    pub(super) const fn passed(self) -> u64 {
        if self.at_start {
            self.line - 1
        } else {
            self.line
        }
    }

    /// The line on which the next byte stands.
    pub(super) const fn line(self) -> u64 {
        self.line
    }
}

/// How many line ends a text holds.
pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    let mut lines = Lines::new();
    lines.pass(bytes);
    lines.line() - 1
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// All input used, the record goes on.
    NeedsInput,
    /// A record is complete.
    Record,
    /// The record passes [`RECORD_LIMIT`].
    TooLong,
}

/// Cuts bytes into records and holds the current one.
pub(super) struct Splitter {
    core: csv_core::Reader,
    data: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    fields: usize,
    lines: Lines,
    record_line: u64,
    /// Bytes of the current record used so far; `None` between records.
    taken: Option<usize>,
}

impl Splitter {
    /// Starts where the opening left off.
    pub(super) fn new(lines: Lines) -> Self {
        Self {
            core: csv_core::Reader::new(),
            data: vec![0; 8 * 1024],
            written: 0,
            ends: vec![0; 512],
            fields: 0,
            lines,
            record_line: lines.line(),
            taken: None,
        }
    }

    /// Reads on; tells how many bytes were used.
    pub(super) fn step(&mut self, input: &[u8]) -> (usize, Step) {
        let mut used = 0;
        let mut taken = if let Some(taken) = self.taken {
            taken
        } else {
            // Line ends between records are ours to pass, so that a record's line is its own.
            used = input
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            self.lines.pass(input.get(..used).unwrap_or_default());
            self.written = 0;
            self.fields = 0;
            self.record_line = self.lines.line();
            0
        };
        loop {
            let rest = input.get(used..).unwrap_or_default();
            // Never past the limit, so that the result doesn't hang on the size of chunks.
            let room = (RECORD_LIMIT + 1).saturating_sub(taken);
            let piece = rest.get(..room.min(rest.len())).unwrap_or_default();
            if piece.is_empty() {
                self.taken = (taken > 0).then_some(taken);
                let step = if room == 0 {
                    Step::TooLong
                } else {
                    Step::NeedsInput
                };
                return (used, step);
            }
            let (result, read, wrote, ended) = self.core.read_record(
                piece,
                self.data.get_mut(self.written..).unwrap_or_default(),
                self.ends.get_mut(self.fields..).unwrap_or_default(),
            );
            self.lines.pass(piece.get(..read).unwrap_or_default());
            used += read;
            taken += read;
            self.written += wrote;
            self.fields += ended;
            match result {
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
                ReadRecordResult::OutputFull => self.data.resize(self.data.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    self.taken = None;
                    return (used, Step::Record);
                }
            }
        }
    }

    /// Ends the input: `Some(Ok)` with a last record, `Some(Err(line))` if a quotation mark that
    /// was opened on that line is never closed, `None` if nothing was left.
    pub(super) fn finish(&mut self) -> Option<Result<(), u64>> {
        self.taken?;
        // A line end closes any record that is not inside a quotation.
        let line = self.lines;
        let (_, step) = self.step(b"\n");
        self.lines = line;
        if step == Step::Record {
            return Some(Ok(()));
        }
        Some(Err(self.open_field_line()))
    }

    /// The line on which the unfinished field starts.
    pub(super) fn open_field_line(&self) -> u64 {
        let start = self.bounds(self.fields).0;
        self.record_line + line_ends(self.data.get(..start).unwrap_or_default())
    }

    /// The first line of the current record.
    pub(super) const fn record_line(&self) -> u64 {
        self.record_line
    }

    /// How many lines were read.
    pub(super) const fn lines_read(&self) -> u64 {
        self.lines.passed()
    }

    /// Whether the current record has nothing but space.
    pub(super) fn is_blank(&self) -> bool {
        self.data
            .get(..self.written)
            .unwrap_or_default()
            .trim_ascii()
            .is_empty()
    }

    /// The raw fields of the current record.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.fields).map(|index| {
            let (start, end) = self.bounds(index);
            self.data.get(start..end).unwrap_or_default()
        })
    }

    fn bounds(&self, index: usize) -> (usize, usize) {
        let end = |index: usize| self.ends.get(index).copied().unwrap_or_default();
        let start = index.checked_sub(1).map_or(0, end);
        (start, end(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let mut splitter = Splitter::new(Lines::new());
        let mut found = Vec::new();
        let mut rest = bytes;
        let mut keep = |splitter: &Splitter| {
            let fields = splitter
                .fields()
                .map(|f| String::from_utf8_lossy(f).into_owned());
            found.push((splitter.record_line(), fields.collect()));
        };
        while !rest.is_empty() {
            let (used, step) = splitter.step(rest);
            rest = &rest[used..];
            if step == Step::Record {
                keep(&splitter);
            }
        }
        if splitter.finish() == Some(Ok(())) {
            keep(&splitter);
        }
        found
    }

    #[test]
    fn lines_are_physical() {
        let found = records(b"a,b\r\n\r\n\"1\r\n2\",x\r\nlast,\"q\"");
        let lines: Vec<u64> = found.iter().map(|record| record.0).collect();
        assert_eq!(lines, [1, 3, 5]);
        assert_eq!(found[1].1, ["1\r\n2", "x"]);
        assert_eq!(found[2].1, ["last", "q"]);
        assert_eq!(records(b"a\rb\rc").last().map(|record| record.0), Some(3));
    }

    #[test]
    fn an_open_quote_is_found_on_its_line() {
        let mut splitter = Splitter::new(Lines::new());
        splitter.step(b"\n\n\"a\nb\",\"c\nd\n");
        assert_eq!(splitter.finish(), Some(Err(4)));
    }

    #[test]
    fn the_length_is_bounded() {
        let mut splitter = Splitter::new(Lines::new());
        let long = vec![b'x'; RECORD_LIMIT];
        assert_eq!(splitter.step(&long).1, Step::NeedsInput);
        assert_eq!(splitter.step(b"\n").1, Step::Record);
        assert_eq!(splitter.step(&long).1, Step::NeedsInput);
        assert_eq!(splitter.step(b"y").1, Step::TooLong);
    }
}
