//! The command line: words and their help texts, nothing else.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Parser)]
#[command(
    name = "stoa",
    version,
    about = "A media server for calls, classes and live shows; LiveKit SDKs connect to it unchanged.",
    after_help = "Try it:\n  stoa serve --dev                                    a server on this machine only\n  stoa token create --dev --room hello --identity ann   a token for one person\n\nRun it:\n  stoa doctor --config stoa.toml                      is this machine ready?\n  stoa serve --config stoa.toml                       config.example.toml shows every key\n\nEvery key of the file can be overridden by the environment: http.listen is STOA_HTTP_LISTEN."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(Source),
    /// Make access tokens for people and services
    #[command(subcommand)]
    Token(TokenCommand),
    /// Check ports, limits, certificates, database and clock, and say what to do
    Doctor(Source),
    /// Make accounts for people
    #[command(subcommand)]
    Account(AccountCommand),
    /// Copy the SQLite database to a file, also while the server runs
    Backup(Backup),
    /// Look at the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look at the webhooks
    #[command(subcommand)]
    Webhooks(WebhooksCommand),
    /// Print the OpenAPI document of the HTTP API
    Openapi,
}

/// Where the configuration comes from.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Source {
    /// Development preset: 127.0.0.1:7880, UDP 7882, ICE-TCP 7881, key "devkey", secret "secret"
    #[arg(long)]
    pub(crate) dev: bool,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "STOA_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Print a token that lets one person join one room
    Create(TokenCreate),
}

#[derive(Debug, Args)]
pub(crate) struct TokenCreate {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The room that the token is for
    #[arg(long)]
    pub(crate) room: String,
    /// Who the holder is; unique in a room
    #[arg(long)]
    pub(crate) identity: String,
    /// The name that others see
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What the holder may do; repeat or separate by commas. Without it: publish, subscribe, data
    #[arg(long = "grant", value_name = "GRANT", value_delimiter = ',')]
    pub(crate) grants: Vec<Grant>,
    /// How long the token lets its holder in: 90s, 30m, 6h, 7d
    #[arg(long, default_value = "6h", value_parser = parse_duration)]
    pub(crate) ttl: Duration,
    /// Which of the configured keys signs it; without it, the first
    #[arg(long, value_name = "KEY")]
    pub(crate) api_key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Grant {
    /// Send audio and video
    Publish,
    /// Receive audio and video
    Subscribe,
    /// Send data messages
    Data,
    /// Change his own metadata, name and attributes
    OwnMetadata,
    /// Be there without being seen
    Hidden,
    /// Manage the room through the server API
    RoomAdmin,
    /// Create and delete rooms through the server API
    RoomCreate,
    /// List rooms through the server API
    RoomList,
    /// Register as an agent worker
    Agent,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account: the first ones of a fresh server, or a way in when nobody has one
    Create(AccountCreate),
}

#[derive(Debug, Args)]
pub(crate) struct AccountCreate {
    #[command(flatten)]
    pub(crate) source: Source,
    #[arg(long)]
    pub(crate) email: String,
    /// The name that others see
    #[arg(long)]
    pub(crate) name: String,
    /// Owner of the tenant with this slug, which is made if there is none
    #[arg(long, value_name = "SLUG", required_unless_present = "operator")]
    pub(crate) tenant: Option<String>,
    /// What a new tenant is called; without it, as its slug
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant_name: Option<String>,
    /// May look after all tenants
    #[arg(long)]
    pub(crate) operator: bool,
    /// Read the password from standard input; without it, one is made and printed
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check the chain of hashes of every tenant's log
    Verify(Source),
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhooksCommand {
    /// Show what has not been delivered yet
    Pending(Source),
}

/// Reads `90s`, `30m`, `6h`, `7d`; a bare number is seconds.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let (digits, unit_s) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3_600),
        Some((at, 'd')) => (&text[..at], 86_400),
        _ => (text, 1),
    };
    let count: u64 = digits
        .parse()
        .map_err(|_| "give a number and a unit, such as 90s, 30m, 6h or 7d".to_owned())?;
    match count.checked_mul(unit_s) {
        Some(0) => Err("a token has to be valid for at least one second".to_owned()),
        // Claims count seconds in 64 signed bits; a hundred years is surely a slip.
        Some(seconds) if seconds <= 100 * 365 * 86_400 => Ok(Duration::from_secs(seconds)),
        _ => Err("a token may be valid for at most a hundred years".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("30m"), Ok(Duration::from_secs(1_800)));
        assert_eq!(parse_duration("7d"), Ok(Duration::from_secs(604_800)));
        for wrong in ["", "h", "1w", "-1s", "0s", "99999999999999999999d"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn serving_needs_to_know_where_the_configuration_is() {
        assert!(Cli::try_parse_from(["stoa", "serve"]).is_err());
        assert!(Cli::try_parse_from(["stoa", "serve", "--dev", "--config", "x"]).is_err());
        assert!(Cli::try_parse_from(["stoa", "serve", "--dev"]).is_ok());
    }
}
