//! Our own Markdown as HTML that keeps to what every page keeps to: one heading of the first
//! level, links between pages, wide tables that scroll by themselves.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::View;

/// Columns that fit beside each other on a small screen; more scroll.
const COLUMNS: usize = 5;

/// A document to show.
pub(super) struct Document {
    pub(super) title: String,
    /// The headings of the second level, as id and text.
    pub(super) contents: Vec<(String, String)>,
    /// Without the title.
    pub(super) html: String,
}

impl Document {
    pub(super) fn of(markdown: &str) -> Self {
        let mut reader = Reader::default();
        let mut events = Vec::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            reader.read(event, &mut events);
        }
        let mut html = String::new();
        html::push_html(&mut html, events.into_iter());
        Self {
            title: reader.title,
            contents: reader.contents,
            html,
        }
    }
}

/// Goes through a document once.
#[derive(Default)]
struct Reader {
    title: String,
    contents: Vec<(String, String)>,
    /// How often each id was given.
    ids: HashMap<String, usize>,
    /// The heading that is being read: its level and its text so far, with what it holds.
    heading: Option<(HeadingLevel, String)>,
    held: Vec<Event<'static>>,
    /// The text of the last heading, which names the tables below it.
    last: String,
    tables: usize,
    /// Whether the table that is being read scrolls.
    scrolls: bool,
}

impl Reader {
    fn read<'a>(&mut self, event: Event<'a>, to: &mut Vec<Event<'a>>) {
        if let Some((_, text)) = &mut self.heading {
            if let Event::End(TagEnd::Heading(level)) = event {
                self.end_heading(level, to);
                return;
            }
            if let Event::Text(part) | Event::Code(part) = &event {
                text.push_str(part);
            }
            self.held.push(event.into_static());
            return;
        }
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading = Some((level, String::new()));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => to.push(Event::Start(Tag::Link {
                link_type,
                dest_url: target(&dest_url).into(),
                title,
                id,
            })),
            Event::Start(Tag::Table(columns)) => {
                self.scrolls = columns.len() > COLUMNS;
                if self.scrolls {
                    self.tables += 1;
                    let label = escaped(&self.last);
                    let number = self.tables;
                    to.push(Event::Html(
                        format!(
                            "<div class=\"llpr-scroll\" role=\"region\" \
                             aria-label=\"Table {number}: {label}\" tabindex=\"0\">"
                        )
                        .into(),
                    ));
                }
                to.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                to.push(Event::End(TagEnd::Table));
                if self.scrolls {
                    to.push(Event::Html("</div>\n".into()));
                }
            }
            // The generated documents hold a comment and line breaks in cells; anything else
            // would be text that looks like markup.
            Event::Html(_) => {}
            Event::InlineHtml(markup) if &*markup == "<br>" => to.push(Event::HardBreak),
            Event::InlineHtml(markup) => to.push(Event::Text(markup)),
            other => to.push(other),
        }
    }

    fn end_heading(&mut self, level: HeadingLevel, to: &mut Vec<Event<'_>>) {
        let text = self
            .heading
            .take()
            .map_or_else(String::new, |(_, text)| text);
        let held = std::mem::take(&mut self.held);
        self.last.clone_from(&text);
        if level == HeadingLevel::H1 {
            self.title = text;
            return;
        }
        let id = self.id(&text);
        if level == HeadingLevel::H2 {
            self.contents.push((id.clone(), text));
        }
        to.push(Event::Start(Tag::Heading {
            level,
            id: Some(CowStr::from(id)),
            classes: Vec::new(),
            attrs: Vec::new(),
        }));
        to.extend(held);
        to.push(Event::End(TagEnd::Heading(level)));
    }

    /// A heading's id: the anchor that our documents link to.
    fn id(&mut self, text: &str) -> String {
        let anchor: String = text
            .to_lowercase()
            .chars()
            .filter_map(|letter| match letter {
                ' ' => Some('-'),
                '-' | '_' => Some(letter),
                letter => letter.is_alphanumeric().then_some(letter),
            })
            .collect();
        let before = self.ids.entry(anchor.clone()).or_default();
        *before += 1;
        match *before {
            1 => anchor,
            times => format!("{anchor}-{}", times - 1),
        }
    }
}

/// A link between our documents as a link between pages; any other as it is.
fn target(link: &str) -> String {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    match View::of(file) {
        Some(view) if anchor.is_empty() => view.path().to_owned(),
        Some(view) => format!("{}#{anchor}", view.path()),
        None => link.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html)
        .map_or_else(|_| String::new(), |safe| safe.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_stands_apart_and_headings_have_anchors() {
        let document = Document::of(
            "<!-- made -->\n\n# The *title*\n\n## Who may call\n\nText.\n\n### PAGE_TOKEN\n\n## Who may call\n",
        );
        assert_eq!(document.title, "The title");
        assert!(!document.html.contains("<h1") && !document.html.contains("made"));
        let ids: Vec<_> = document
            .contents
            .iter()
            .map(|(id, _)| id.as_str())
            .collect();
        assert_eq!(ids, ["who-may-call", "who-may-call-1"]);
        assert!(
            document
                .html
                .contains("<h3 id=\"page_token\">PAGE_TOKEN</h3>")
        );
    }

    #[test]
    fn links_lead_to_pages() {
        for (link, page) in [
            ("reference.md#getschool", "/developers/reference#getschool"),
            ("docs/access.md", "/developers/access"),
            ("../README.md", "/developers/guide"),
            ("../clients/examples", "/developers/examples"),
            ("#here", "#here"),
            ("https://example.org/a", "https://example.org/a"),
        ] {
            assert_eq!(target(link), page);
        }
    }

    #[test]
    fn wide_tables_scroll_and_foreign_markup_is_text() {
        let narrow = Document::of("|a|b|\n|---|---|\n|1<br>2|<script>|\n").html;
        assert!(!narrow.contains("llpr-scroll") && narrow.contains("1<br />"));
        assert!(narrow.contains("&lt;script&gt;") && !narrow.contains("<script>"));
        let wide = Document::of("## A \"b\"\n\n|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n").html;
        assert!(
            wide.contains("aria-label=\"Table 1: A &#34;b&#34;\""),
            "{wide}"
        );
        assert_eq!(wide.matches("<div").count(), wide.matches("</div>").count());
        assert!(!Document::of("<p onclick=\"x\">\n").html.contains("onclick"));
    }
}
