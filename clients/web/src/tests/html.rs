//! What every page keeps to, as far as its text shows.

use crate::pages::Sample;

/// Renders each sample and checks it.
pub(crate) fn check_samples<T: Sample>() {
    let samples = T::samples();
    assert!(!samples.is_empty());
    for sample in samples {
        check(&sample.render().unwrap());
    }
}

/// Checks that the content of no sample speaks of something.
pub(crate) fn check_silence<T: Sample>(words: &[&str]) {
    for sample in T::samples() {
        let page = sample.render().unwrap();
        let (_, main) = page.split_once("<h1 ").unwrap();
        for word in words {
            assert!(!main.to_lowercase().contains(word), "{word} in {main}");
        }
    }
}

fn check(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(page.contains("<html lang=\"en-GB\" "), "{page}");
    for once in [
        "<h1 ",
        "<title>",
        "<main ",
        "class=\"govuk-skip-link\"",
        "<script ",
    ] {
        assert_eq!(page.matches(once).count(), 1, "{once} in {page}");
    }
    assert!(!page.contains("<title> –"), "no title in {page}");
    // The content security policy would stop all of these.
    for never in [
        "<script>",
        "<style",
        " style=",
        " onclick=",
        "javascript:",
        "//cdn",
    ] {
        assert!(!page.contains(never), "{never} in {page}");
    }
    // Values are escaped: the samples hold markup.
    for markup in ["<b>Byron", "<Infant>", "<allow>", "\"ash\"\"", "ada\"@"] {
        assert!(!page.contains(markup), "{markup} in {page}");
    }
    // Every link within the page, label and description leads to something.
    for reference in [
        "href=\"#",
        "for=\"",
        "aria-describedby=\"",
        "aria-labelledby=\"",
    ] {
        for part in page.split(reference).skip(1) {
            for id in part.split('"').next().unwrap().split(' ') {
                let target = format!(" id=\"{id}\"");
                assert_eq!(page.matches(&target).count(), 1, "{id} in {page}");
            }
        }
    }
    let posts = page.matches("method=\"post\"").count();
    assert_eq!(posts, page.matches("name=\"csrf\"").count(), "{page}");
    for element in [
        "div", "form", "p", "ul", "li", "table", "tr", "td", "th", "nav", "h2",
    ] {
        let opened = page.matches(&format!("<{element}>")).count()
            + page.matches(&format!("<{element} ")).count();
        let closed = page.matches(&format!("</{element}>")).count();
        assert_eq!(opened, closed, "{element} in {page}");
    }
}
