//! The style sheet and the icon. Their names carry a hash of their content, so that browsers may
//! keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use sha2::{Digest, Sha256};

/// The route of all assets.
pub(crate) const ROUTE: &str = "/assets/{name}";

/// The path of the style sheet.
pub(crate) static STYLESHEET: LazyLock<String> = LazyLock::new(|| path(&STYLE));

/// The path of the icon.
pub(crate) static ICON_PATH: LazyLock<String> = LazyLock::new(|| path(&ICON));

struct Asset {
    stem: &'static str,
    extension: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

static STYLE: Asset = Asset {
    stem: "llpr",
    extension: "css",
    content_type: "text/css; charset=utf-8",
    content: include_bytes!("../assets/llpr.css"),
};

static ICON: Asset = Asset {
    stem: "icon",
    extension: "svg",
    content_type: "image/svg+xml",
    content: include_bytes!("../assets/icon.svg"),
};

fn path(asset: &Asset) -> String {
    let hash = hex::encode(Sha256::digest(asset.content));
    let short = hash.get(..16).unwrap_or(&hash);
    format!("/assets/{}-{short}.{}", asset.stem, asset.extension)
}

pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let wanted = format!("/assets/{name}");
    let asset = match wanted {
        wanted if wanted == *STYLESHEET => &STYLE,
        wanted if wanted == *ICON_PATH => &ICON,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = [
        (CONTENT_TYPE, asset.content_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content).into_response()
}
