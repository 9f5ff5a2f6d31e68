//! The tables of all kinds, printed. `WRITE_FIXTURES=1` writes the committed print anew.

#![expect(clippy::unwrap_used, reason = "writing to a string does not fail")]

use room_core::features::NAMES;
use room_core::kinds::{Kind, Right, Role, Table};
use std::fmt::Write;

#[test]
fn the_tables_are_those_that_were_agreed() {
    let printed = Kind::ALL.into_iter().map(print).collect::<String>();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rights.txt");
    if std::env::var_os("WRITE_FIXTURES").is_some() {
        std::fs::write(path, &printed).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        printed == committed,
        "{path} is out of date: run the test with WRITE_FIXTURES=1"
    );
}

#[test]
fn a_kind_is_without_features_that_there_are() {
    for kind in Kind::ALL {
        for name in kind.table().without {
            // Without its people and itself a room is none.
            assert!(NAMES.contains(name) && !["room", "people"].contains(name));
        }
    }
}

#[test]
fn rights_are_written_as_names_and_read_back() {
    for kind in Kind::ALL {
        for role in Role::ALL {
            let rights = kind.table().rights_of(role);
            let json = serde_json::to_string(&rights).unwrap();
            assert_eq!(rights, serde_json::from_str(&json).unwrap());
        }
    }
    let json = serde_json::to_string(&Right::CloseUp).unwrap();
    assert_eq!(json, format!("\"{}\"", Right::CloseUp));
}

fn print(kind: Kind) -> String {
    let table = kind.table();
    let mut text = format!("# {kind}\n");
    writeln!(text, "max people    {}", table.max_people).unwrap();
    writeln!(text, "without       {}", list(table.without)).unwrap();
    writeln!(text, "only counted  {}", roles(table.counted)).unwrap();
    writeln!(text, "camera off    {}", roles(table.camera_off)).unwrap();
    writeln!(
        text,
        "lobby         {}\n",
        if table.lobby { "on" } else { "off" }
    )
    .unwrap();
    let columns = Role::ALL.map(|role| format!("{:>12}", role.as_str()));
    writeln!(text, "{:<17}{}", "", columns.concat()).unwrap();
    for right in Right::ALL {
        writeln!(text, "{:<17}{}", right.as_str(), row(table, *right)).unwrap();
    }
    text + "\n"
}

fn row(table: &Table, right: Right) -> String {
    let cell = |role| match table.rights_of(role).has(right) {
        true => "yes",
        false => "·",
    };
    Role::ALL.map(|role| format!("{:>12}", cell(role))).concat()
}

fn roles(roles: &[Role]) -> String {
    list(&roles.iter().map(|role| role.as_str()).collect::<Vec<_>>())
}

fn list(words: &[&str]) -> String {
    match words {
        [] => "–".to_owned(),
        words => words.join(", "),
    }
}
