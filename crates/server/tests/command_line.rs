//! The binary as a person at a terminal meets it: what it says, and how it ends.

mod stoa;

use std::net::{TcpListener, UdpSocket};
use stoa::{Folder, TOML, run};

#[test]
fn help_names_every_command() {
    let told = run(&["--help"]);
    assert!(told.success);
    for command in ["serve", "token", "doctor", "webhooks", "openapi"] {
        assert!(told.out.contains(command), "{command} in {}", told.out);
    }
}

#[test]
fn an_unknown_key_is_one_sentence_with_its_line() {
    let folder = Folder::new("[http]\nlisten = \"off\"\n[media]\nudp_prot = 7882\n");
    let told = run(&["serve", "--config", &folder.config()]);
    told.is_one_sentence_with(&[
        "line 4",
        "media.udp_prot",
        "did you mean \"media.udp_port\"?",
    ]);
}

#[test]
fn a_missing_file_is_one_sentence() {
    run(&["serve", "--config", "no-such-file.toml"]).is_one_sentence_with(&["no-such-file.toml"]);
}

#[test]
fn a_configuration_without_a_key_is_one_sentence() {
    let folder = Folder::new("");
    run(&["serve", "--config", &folder.config()]).is_one_sentence_with(&["API key", "[keys]"]);
}

#[test]
fn a_busy_port_is_one_sentence_that_names_the_port_and_its_key() {
    let (tcp, udp) = (
        TcpListener::bind("127.0.0.1:0").unwrap(),
        UdpSocket::bind("127.0.0.1:0").unwrap(),
    );
    let taken = tcp.local_addr().unwrap();
    let folder = Folder::new(&format!("{TOML}[http]\nlisten = \"{taken}\"\n"));
    let told = run(&["serve", "--config", &folder.config()]);
    told.is_one_sentence_with(&[&taken.to_string(), "in use", "http.listen"]);

    let taken = udp.local_addr().unwrap();
    let media = format!(
        "[media]\naddresses = [\"127.0.0.1\"]\ntcp_port = 0\nudp_port = {}\n",
        taken.port()
    );
    let folder = Folder::new(&format!("{TOML}[http]\nlisten = \"127.0.0.1:0\"\n{media}"));
    let told = run(&["serve", "--config", &folder.config()]);
    told.is_one_sentence_with(&[&taken.to_string(), "in use", "media.udp_port"]);
}

#[test]
fn an_unreadable_certificate_is_one_sentence_even_while_a_port_is_busy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = Folder::new(&format!(
        "{TOML}[http]\nlisten = \"{}\"\n{}",
        taken.local_addr().unwrap(),
        https("none.pem", "none.pem")
    ));
    let told = run(&["serve", "--config", &folder.config()]);
    told.is_one_sentence_with(&["certificate", "none.pem", "https.certificate"]);
}

#[test]
fn a_key_that_does_not_fit_its_certificate_is_one_sentence() {
    let folder = Folder::new(&format!(
        "{TOML}[http]\nlisten = \"127.0.0.1:0\"\n{}",
        https("cert.pem", "key.pem")
    ));
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    folder.write("cert.pem", &made.cert.pem());
    folder.write("key.pem", &other.signing_key.serialize_pem());
    let told = folder.run(&["serve", "--config", &folder.config()]);
    told.is_one_sentence_with(&["cert.pem", "made for each other"]);
    folder.write("key.pem", "no key");
    let told = folder.run(&["serve", "--config", &folder.config()]);
    told.is_one_sentence_with(&["private key", "key.pem"]);
}

fn https(certificate: &str, key: &str) -> String {
    format!("[https]\nlisten = \"127.0.0.1:0\"\ncertificate = \"{certificate}\"\nkey = \"{key}\"\n")
}

#[test]
fn a_token_of_an_unknown_key_is_one_sentence() {
    let asked = [
        "token",
        "create",
        "--dev",
        "--room",
        "a",
        "--identity",
        "b",
        "--api-key",
        "nobody",
    ];
    run(&asked).is_one_sentence_with(&["nobody", "[keys]"]);
}

#[test]
fn doctor_ends_with_a_count_and_fails_on_a_problem() {
    let folder = Folder::new(&format!("{TOML}[http]\nlisten = \"203.0.113.1:7880\"\n"));
    let told = folder.run(&["doctor", "--config", &folder.config()]);
    assert!(!told.success, "{}", told.out);
    assert!(told.out.contains("problem  http.listen"), "{}", told.out);
    assert!(told.out.contains("1 problems"), "{}", told.out);
}

#[test]
fn pending_webhooks_of_a_fresh_database_are_none() {
    let folder = Folder::new(TOML);
    folder.run(&["doctor", "--config", &folder.config()]);
    let told = folder.run(&["webhooks", "pending", "--config", &folder.config()]);
    assert_eq!(told.out, "pending: 0\ngiven up: 0\n", "{}", told.err);
}
