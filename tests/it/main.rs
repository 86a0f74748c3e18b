//! The stories of the whole product, on both engines.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod access;
mod audit;
mod auth;
mod command_line;
mod contexts;
mod contract;
mod disclosure;
mod district_reviews;
mod durability;
mod follow_up;
mod imports;
mod invitations;
mod leaks;
mod model;
mod programme;
mod risk;
mod schools;
mod service_accounts;
mod statements;
mod store;
mod tokens;
mod transport;
mod users;
mod workspace;

/// Compares with a reviewed file in `tests/golden`; `LLPR_UPDATE_GOLDENS=1` writes it instead.
fn golden(name: &str, told: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name);
    if std::env::var_os("LLPR_UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, told).expect("the golden is written");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == told,
        "{name} differs; if that is meant, repeat with LLPR_UPDATE_GOLDENS=1 and review it:\n{told}"
    );
}
