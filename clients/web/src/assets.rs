//! Style sheet, scripts and icon. Their names carry a hash of their content, so that browsers may
//! keep them for ever.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use sha2::{Digest, Sha256};

/// The route of all assets.
pub(crate) const ROUTE: &str = "/assets/{name}";

/// What is served.
pub(crate) struct Asset {
    /// Where, with the hash.
    pub(crate) path: String,
    content_type: &'static str,
    content: Cow<'static, str>,
}

/// All assets.
pub(crate) struct Assets {
    pub(crate) style: Asset,
    pub(crate) script: Asset,
    pub(crate) icon: Asset,
    frontend: Asset,
    choose: Asset,
    decide: Asset,
    upload: Asset,
}

/// Built by `build.rs` from GOV.UK Frontend and the files beside it.
pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let script = "text/javascript; charset=utf-8";
    let frontend = Asset::new(
        "govuk-frontend.js",
        script,
        include_str!(concat!(env!("OUT_DIR"), "/govuk-frontend.js")),
    );
    // A module names another by its path, which has a hash too.
    let choose = Asset::new("choose.js", script, include_str!("../assets/choose.js"));
    let decide = Asset::new("decide.js", script, include_str!("../assets/decide.js"));
    let upload = Asset::new("upload.js", script, include_str!("../assets/upload.js"));
    let own = include_str!("../assets/llpr.js")
        .replace("./govuk-frontend.js", &frontend.path)
        .replace("./choose.js", &choose.path)
        .replace("./decide.js", &decide.path)
        .replace("./upload.js", &upload.path);
    Assets {
        style: Asset::new(
            "llpr.css",
            "text/css; charset=utf-8",
            include_str!(concat!(env!("OUT_DIR"), "/llpr.css")),
        ),
        script: Asset::new("llpr.js", script, own),
        icon: Asset::new(
            "icon.svg",
            "image/svg+xml",
            include_str!("../assets/icon.svg"),
        ),
        frontend,
        choose,
        decide,
        upload,
    }
});

impl Asset {
    fn new(name: &str, content_type: &'static str, content: impl Into<Cow<'static, str>>) -> Self {
        let content = content.into();
        let hash = hex::encode(Sha256::digest(content.as_bytes()));
        let short = hash.get(..16).unwrap_or(&hash);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        Self {
            path: format!("/assets/{stem}-{short}.{extension}"),
            content_type,
            content,
        }
    }
}

pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let wanted = format!("/assets/{name}");
    let Assets {
        style,
        script,
        icon,
        frontend,
        choose,
        decide,
        upload,
    } = &*ASSETS;
    let all = [style, script, icon, frontend, choose, decide, upload];
    let Some(asset) = all.into_iter().find(|asset| asset.path == wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, asset.content_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    // Borrowed for the life of the program, so nothing is copied.
    (headers, asset.content.as_ref()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_to_the_crown_or_to_another_host() {
        let style = &ASSETS.style.content;
        assert!(style.contains(".govuk-button") && !style.contains("GDS Transport"));
        assert!(!style.contains("url(http") && !style.contains("url(//"));
        let script = &ASSETS.script.content;
        assert!(script.contains(&ASSETS.frontend.path), "{script}");
        assert!(!script.contains("./"), "{script}");
        assert!(!ASSETS.frontend.content.contains("sourceMappingURL"));
    }
}
