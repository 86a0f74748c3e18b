//! The limits of an import: what the databases' own shells take for the same rows, unchecked.

use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use llpr_tests::Engine;

use crate::child::run;
use crate::county::Bench;

/// The table of figures, as the migration makes it.
const FIGURES: &str = "CREATE TABLE figures (
    import_seq BIGINT NOT NULL, place_kind SMALLINT NOT NULL, place_code INTEGER NOT NULL,
    year INTEGER NOT NULL, measure SMALLINT NOT NULL, pupil_group SMALLINT NOT NULL,
    period SMALLINT NOT NULL, authority INTEGER NOT NULL,
    value BIGINT, marker SMALLINT, cohort INTEGER, numerator BIGINT, denominator BIGINT,
    release SMALLINT, embargo INTEGER,
    PRIMARY KEY (import_seq, place_kind, place_code, year, measure, pupil_group, period))";

/// The command that loads, for people.
pub(crate) fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => ".import",
        Engine::Postgres => "\\copy",
    }
}

/// Loads parsed figures into a table of the same shape.
pub(crate) fn figures(bench: &Bench, rows: &Path) -> io::Result<Duration> {
    load(bench, "figures", FIGURES, rows, "")
}

/// Loads the register's file as text.
pub(crate) fn register(bench: &Bench, file: &Path) -> io::Result<Duration> {
    let bytes = std::fs::read(file)?;
    let text = String::from_utf8_lossy(&bytes);
    let width = text
        .lines()
        .next()
        .map_or(0, |line| line.split("\",\"").count());
    let columns: Vec<String> = (0..width).map(|at| format!("c{at} TEXT")).collect();
    let create = format!(
        "CREATE TABLE register ({}, PRIMARY KEY (c0))",
        columns.join(", ")
    );
    load(bench, "register", &create, file, "header")
}

fn load(
    bench: &Bench,
    table: &str,
    create: &str,
    rows: &Path,
    header: &str,
) -> io::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let rows = rows.display();
    match bench.engine {
        Engine::Sqlite => {
            let database = folder.path().join("shell.db");
            // As the server opens it: what is written survives a power cut.
            let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
            let keyed = if table == "figures" {
                " WITHOUT ROWID"
            } else {
                ""
            };
            let shell = || {
                let mut shell = Command::new("sqlite3");
                shell.arg("-batch").arg(&database);
                shell
            };
            run(&mut shell(), &format!("{settings}\n{create}{keyed};\n"))?;
            let skip = if header.is_empty() { "" } else { " --skip 1" };
            let import = format!("{settings}\n.import --csv{skip} {rows} {table}\n");
            run(&mut shell(), &import).map(|took| took.time)
        }
        Engine::Postgres => {
            let shell = |line: String| {
                let mut shell = Command::new("psql");
                shell.args([
                    "-X",
                    "-q",
                    "-v",
                    "ON_ERROR_STOP=1",
                    &bench.database,
                    "-c",
                    &line,
                ]);
                run(&mut shell, "")
            };
            let create = create.replacen("CREATE TABLE ", "CREATE TABLE shell_", 1);
            shell(create)?;
            let header = if header.is_empty() { "" } else { ", HEADER" };
            let copy = format!("\\copy shell_{table} from '{rows}' with (format csv{header})");
            let took = shell(copy)?.time;
            shell(format!("DROP TABLE shell_{table}"))?;
            Ok(took)
        }
    }
}
