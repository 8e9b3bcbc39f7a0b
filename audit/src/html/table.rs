//! Tables that are stacked on a narrow screen, each cell then under its heading.

use super::text::escape_text;

/// A cell.
pub(super) enum Cell {
    /// Text from anywhere.
    Text(String),
    /// A number, on the right.
    Number(String),
    /// A digest or an address.
    Hex(String),
    /// Markup made here of escaped text.
    Markup(String),
}

impl Cell {
    pub(super) fn text(text: impl ToString) -> Self {
        Cell::Text(text.to_string())
    }

    pub(super) fn number(number: impl ToString) -> Self {
        Cell::Number(number.to_string())
    }

    pub(super) fn hex(hex: impl ToString) -> Self {
        Cell::Hex(hex.to_string())
    }
}

/// A table with a caption; answers a sentence instead where it has no rows.
pub(super) fn table(
    caption: &str,
    heads: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
    empty: &str,
) -> String {
    let mut body = String::new();
    for row in rows {
        body.push_str("<tr>");
        for (cell, head) in row.into_iter().zip(heads) {
            let head = escape_text(head);
            let (class, content) = match cell {
                Cell::Text(text) => ("", escape_text(&text)),
                Cell::Number(text) => (" class=\"n\"", escape_text(&text)),
                Cell::Hex(text) => ("", format!("<code>{}</code>", escape_text(&text))),
                Cell::Markup(markup) => ("", markup),
            };
            body.push_str(&format!("<td data-h=\"{head}\"{class}>{content}</td>"));
        }
        body.push_str("</tr>\n");
    }
    if body.is_empty() {
        return format!("<p class=\"soft\">{}</p>\n", escape_text(empty));
    }
    let heads: String =
        heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", escape_text(head))).collect();
    let caption = if caption.is_empty() {
        String::new()
    } else {
        format!("<caption>{}</caption>", escape_text(caption))
    };
    format!(
        "<table class=\"stack\">{caption}<thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table>\n"
    )
}
