//! What holds for any bytes.

use proptest::prelude::*;

use super::*;

/// Pieces that CSV files, and broken ones, are made of.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        b",".as_slice(),
        b",",
        b"\"",
        b"\"\"",
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"#",
        b"\0",
        b"\x81",
        b"\xe9",
        b"\xEF\xBB\xBF",
        "é".as_bytes(),
        b"900001",
        b"900002",
        b"990",
        b"SUPP",
        b"NEW",
        b"63%",
        b"1",
        b"4",
        b"01/09/2025",
        b"Westmere",
        b"Open",
        b"Primary",
        b"{",
        b"<",
        b"PK\x03\x04",
    ]);
    known.prop_map(<[u8]>::to_vec)
}

/// A file: often a sound beginning, then pieces.
fn file(dataset: Dataset) -> impl Strategy<Value = Vec<u8>> {
    let start = prop_oneof![
        3 => Just(sound(dataset).as_bytes().to_vec()),
        1 => Just(b"\xEF\xBB\xBF".to_vec()),
        1 => Just(Vec::new()),
    ];
    (start, prop::collection::vec(piece(), 0..60)).prop_map(|(mut bytes, pieces)| {
        bytes.extend(pieces.concat());
        bytes
    })
}

fn dataset() -> impl Strategy<Value = Dataset> {
    prop::sample::select(Dataset::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read_without_panic(
        dataset in dataset(),
        bytes in prop::collection::vec(any::<u8>(), 0..2000),
        started in any::<bool>(),
    ) {
        let start = if started { sound(dataset).as_bytes() } else { b"" };
        let (batch, summary) = read_as(request(dataset), &[start, &bytes]);
        prop_assert!(summary.fatal || !batch.rows.is_empty());
    }

    #[test]
    fn chunks_make_no_difference(
        (dataset, bytes) in dataset().prop_flat_map(|set| (Just(set), file(set))),
        size in 2_usize..50,
    ) {
        let whole = read(dataset, &bytes);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&whole, &read_as(request(dataset), &single));
        let several: Vec<&[u8]> = bytes.chunks(size).collect();
        prop_assert_eq!(&whole, &read_as(request(dataset), &several));
    }

    #[test]
    fn rows_are_in_order_and_counted(
        (dataset, bytes) in dataset().prop_flat_map(|set| (Just(set), file(set))),
    ) {
        let (batch, summary) = read(dataset, &bytes);
        let lines: Vec<u64> = batch.rows.iter().map(|row| match row {
            Row::School { line, .. }
            | Row::District { line, .. }
            | Row::Figures { line, .. }
            | Row::Statement { line, .. }
            | Row::Person { line, .. } => *line,
        }).collect();
        prop_assert!(lines.is_sorted());
        prop_assert!(lines.iter().all(|line| *line <= summary.lines));
        // Groups and people are neither schools nor comparators.
        let others = [Dataset::GiasGroups, Dataset::People].contains(&dataset);
        let counted = if others { 0 } else { lines.len() as u64 };
        prop_assert_eq!(summary.schools + summary.comparators, counted);
        prop_assert!(summary.rows >= lines.len() as u64);
    }
}

#[test]
fn long_files_are_the_same_in_any_chunks() {
    let mut bytes = DISTRICTS.as_bytes().to_vec();
    for urn in 900_002..902_000 {
        bytes.extend(format!("{urn},\"a \"\"b\"\"\r\nc\",Westmere,01/09/2025,,\r\n").bytes());
    }
    let whole = read(Dataset::Districts, &bytes);
    assert_eq!((whole.1.schools, whole.1.lines), (1999, 2 + 2 * 1998));
    for size in [1, 7, 4096] {
        let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
        assert_eq!(whole, read_as(request(Dataset::Districts), &chunks));
    }
}

#[test]
fn the_limit_of_a_row_hangs_on_no_chunk() {
    for extra in [0, 1, 2] {
        // The last row and its line end are as long as allowed, or a little longer.
        let row = "x".repeat(crate::import::RECORD_LIMIT - 1 + extra);
        let bytes = format!("{DISTRICTS}{row}\n{DISTRICTS}");
        let whole = read(Dataset::Districts, &bytes);
        for size in [1000, 1 << 16, (1 << 20) + 1] {
            let chunks: Vec<&[u8]> = bytes.as_bytes().chunks(size).collect();
            assert_eq!(whole, read_as(request(Dataset::Districts), &chunks));
        }
    }
}
