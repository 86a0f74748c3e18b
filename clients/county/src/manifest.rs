//! The list of the county's files, as a data officer would keep it.

use crate::CountyFile;

const OPENING: &str = "\
# Marlshire's whole year: every file of the invented county, for `llpr import batch`.
# `llpr import template batch` explains each line; `llpr dev --files DIR` writes the files.
";

pub(crate) fn text(files: &[CountyFile]) -> String {
    let file = |file: &CountyFile| {
        let lines = [
            ("dataset", Some(file.dataset)),
            ("path", Some(file.file_name.as_str())),
            ("year", file.year),
            ("release", file.release),
        ];
        let lines = lines.map(|(key, value)| {
            value.map_or(String::new(), |value| format!("{key} = \"{value}\"\n"))
        });
        format!("\n[[file]]\n{}", lines.concat())
    };
    OPENING.to_owned() + &files.iter().map(file).collect::<String>()
}
