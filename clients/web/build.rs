//! Builds style sheet and script from GOV.UK Frontend, which npm brings: none of it is copied into
//! this repository.
//!
//! `npm ci` runs in `OUT_DIR`, and again only when the lock file changes. For a build without the
//! npm registry, `LLPR_WEB_NODE_MODULES` names a `node_modules` folder that was installed from
//! this crate's lock file.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const MODULES: &str = "LLPR_WEB_NODE_MODULES";
const PACKAGE_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const STAMP: &str = "installed";

fn main() -> ExitCode {
    println!("cargo:rerun-if-env-changed={MODULES}");
    println!("cargo:rerun-if-changed=assets");
    for file in PACKAGE_FILES {
        println!("cargo:rerun-if-changed={file}");
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        // Not `main() -> Result`: that prints the Debug form, and this is for people.
        Err(error) => {
            eprintln!("\nllpr-web: {error}\n");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let modules = match env::var_os(MODULES) {
        Some(folder) => PathBuf::from(folder),
        None => install(&out.join("npm"))?,
    };
    let frontend = modules.join("govuk-frontend");
    let (wanted, found) = (wanted_version()?, version(&frontend));
    if found.as_deref() != Some(wanted.as_str()) {
        return Err(format!(
            "{} holds GOV.UK Frontend {}, and {wanted} is needed. Run `npm ci` with \
             clients/web/package.json and its lock file there, or leave {MODULES} unset.",
            modules.display(),
            found.as_deref().unwrap_or("not at all"),
        )
        .into());
    }

    let mut sass = Command::new("node");
    sass.arg(modules.join("sass").join("sass.js"))
        .args(["--style=compressed", "--no-source-map", "--quiet-deps"])
        .arg(format!("--load-path={}", modules.display()))
        .arg(Path::new("assets").join("llpr.scss"))
        .arg(out.join("llpr.css"));
    run(&mut sass, "the style sheet can't be built with sass")?;

    let script = frontend.join("dist/govuk/govuk-frontend.min.js");
    let script = read(&script)?;
    // The map isn't served, so nothing should ask for it.
    let script = script
        .split_once("//# sourceMappingURL=")
        .map_or(script.as_str(), |(script, _)| script);
    fs::write(out.join("govuk-frontend.js"), script)?;
    Ok(())
}

/// Installs what the lock file names, unless that has been done.
fn install(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut wanted = String::new();
    for file in PACKAGE_FILES {
        wanted.push_str(&read(Path::new(file))?);
    }
    let modules = folder.join("node_modules");
    let stamp = folder.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) && modules.is_dir() {
        return Ok(modules);
    }
    fs::create_dir_all(folder)?;
    for file in PACKAGE_FILES {
        fs::copy(file, folder.join(file))?;
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--omit=optional", "--no-audit", "--no-fund"])
        .arg("--loglevel=error")
        .current_dir(folder);
    run(&mut npm, "npm can't install GOV.UK Frontend")?;
    // Last: an installation that was cut off begins again.
    fs::write(stamp, wanted)?;
    Ok(modules)
}

fn run(command: &mut Command, failure: &str) -> Result<(), Box<dyn Error>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        format!(
            "{program} is missing or can't be run ({error}). The web client is built with Node.js \
             20 or later and npm. Install both, or set {MODULES} to a node_modules folder (node \
             itself is needed in any case). The command line alone needs neither: cargo build -p \
             llpr-cli --no-default-features"
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{failure}. Without the npm registry, set {MODULES} to a node_modules folder that was \
         installed from clients/web/package-lock.json.\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
    .into())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} can't be read: {error}", path.display()))
}

/// The version that package.json asks for; it names exact ones.
fn wanted_version() -> Result<String, Box<dyn Error>> {
    let text = read(Path::new("package.json"))?;
    field(&text, "govuk-frontend").ok_or_else(|| "package.json names no GOV.UK Frontend".into())
}

fn version(package: &Path) -> Option<String> {
    let text = fs::read_to_string(package.join("package.json")).ok()?;
    field(&text, "version")
}

/// The first text under this key. Enough for the two files that we read, and no dependency.
fn field(json: &str, key: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{key}\""))?;
    rest.split('"').nth(1).map(str::to_owned)
}
