//! One plain table, readable in a terminal and in Markdown alike.

use std::fmt;

#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>, header: &[&str]) -> Self {
        Self {
            title: title.into(),
            header: header.iter().map(|&word| word.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.header.len();
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells
                .chain(self.header.get(at))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        writeln!(f, "{}\n", self.title)?;
        let line = |f: &mut fmt::Formatter<'_>, cells: &[String]| {
            for (at, width) in widths.iter().enumerate() {
                let cell = cells.get(at).map_or("", String::as_str);
                // The first column names the row; the others are numbers.
                if at == 0 {
                    write!(f, "| {cell:<width$} ")?;
                } else {
                    write!(f, "| {cell:>width$} ")?;
                }
            }
            writeln!(f, "|")
        };
        line(f, &self.header)?;
        for (at, width) in widths.iter().enumerate() {
            let rule = "-".repeat(width + 1);
            write!(f, "|{rule}{}", if at == 0 { "-" } else { ":" })?;
        }
        writeln!(f, "|")?;
        self.rows.iter().try_for_each(|row| line(f, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new("Birds", &["name", "eggs"]);
        table.row(vec!["blackbird".into(), "4".into()]);
        let lines = "Birds\n\n| name      | eggs |\n|-----------|-----:|\n| blackbird |    4 |\n";
        assert_eq!(table.to_string(), lines);
    }
}
