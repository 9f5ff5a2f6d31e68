//! The checks, in the order in which somebody would put a machine right.

use super::Finding::{self, Ok as Well, Problem as Bad, Warning as Risk};
use super::{certificate, mail};
use crate::config::Config;
use base::clock::OsClock;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;

/// Half a second of 60 Mbps in 1,200-byte packets with the kernel's overhead: what a shard may
/// leave waiting while it is busy.
const UDP_BUFFER_BYTES: u64 = 4 << 20;
/// A secret with fewer characters can be guessed from one token.
const SECRET_CHARACTERS: usize = 32;
/// Descriptors beside the connections: sockets, files, the runtime.
const OTHER_DESCRIPTORS: u64 = 256;
/// The beginning of 2026: a clock before it stands wrong.
const EARLIEST_MS: u64 = 1_767_225_600_000;

pub(super) async fn all(config: &Config) -> Vec<Finding> {
    let mut findings = vec![keys(config)];
    findings.extend(ports(config));
    findings.push(addresses(config));
    findings.push(descriptors(config));
    findings.push(udp_buffer(
        "net.core.rmem_max",
        "/proc/sys/net/core/rmem_max",
    ));
    findings.push(udp_buffer(
        "net.core.wmem_max",
        "/proc/sys/net/core/wmem_max",
    ));
    findings.extend(certificate::checked(config));
    findings.extend(turn(config));
    findings.push(database(config).await);
    findings.extend(mail::checked(config).await);
    findings.push(clock());
    findings
}

fn keys(config: &Config) -> Finding {
    let short = config
        .keys
        .iter()
        .filter(|(_, secret)| secret.len() < SECRET_CHARACTERS)
        .count();
    if config.dev {
        Risk(
            "keys: the development key is known to everybody; never show this server to a network"
                .into(),
        )
    } else if short > 0 {
        Risk(format!(
            "keys: {short} secrets have fewer than {SECRET_CHARACTERS} characters and can be guessed; make new ones with `openssl rand -base64 32`"
        ))
    } else {
        Well("keys: every secret is long enough".into())
    }
}

/// Each port of the configuration, by trying to have it.
fn ports(config: &Config) -> Vec<Finding> {
    let any = IpAddr::from(Ipv4Addr::UNSPECIFIED);
    let media: Vec<IpAddr> = match config.media.addresses.as_slice() {
        [] => vec![any],
        given => given.to_vec(),
    };
    let mut tcp: Vec<(&str, SocketAddr)> = Vec::new();
    let mut udp = Vec::new();
    tcp.extend(
        config
            .http
            .listen
            .address()
            .map(|address| ("http.listen", address)),
    );
    tcp.extend(
        config
            .https
            .listen
            .address()
            .map(|address| ("https.listen", address)),
    );
    for ip in media {
        tcp.push(("media.tcp_port", SocketAddr::new(ip, config.media.tcp_port)));
        udp.push(("media.udp_port", SocketAddr::new(ip, config.media.udp_port)));
        tcp.push(("turn.tcp_port", SocketAddr::new(ip, config.turn.tcp_port)));
        tcp.push(("turn.tls_port", SocketAddr::new(ip, config.turn.tls_port)));
        udp.push(("turn.udp_port", SocketAddr::new(ip, config.turn.udp_port)));
    }
    let on = |entry: &(&str, SocketAddr)| entry.1.port() != 0;
    let tcp = tcp.into_iter().filter(on).map(|(key, address)| {
        port(
            key,
            &format!("TCP {address}"),
            TcpListener::bind(address).map(drop),
        )
    });
    let udp = udp.into_iter().filter(on).map(|(key, address)| {
        port(
            key,
            &format!("UDP {address}"),
            UdpSocket::bind(address).map(drop),
        )
    });
    tcp.chain(udp).collect()
}

fn port(key: &str, what: &str, bound: io::Result<()>) -> Finding {
    match bound {
        Ok(()) => Well(format!("{key}: {what} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Risk(format!(
            "{key}: {what} is in use; fine if that is Stoa itself, else end that program (`ss -lntup` names it) or choose another port"
        )),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Bad(format!(
            "{key}: {what} may not be opened by this user; grant CAP_NET_BIND_SERVICE or choose a port above 1023"
        )),
        Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => Bad(format!(
            "{key}: {what} is not an address of this machine; `ip address` lists them"
        )),
        Err(error) => Bad(format!("{key}: {what} cannot be opened: {error}")),
    }
}

/// Whether those outside will be able to send media here.
fn addresses(config: &Config) -> Finding {
    let mut told = config.media.announce.clone();
    if told.is_empty() {
        told.clone_from(&config.media.addresses);
    }
    if told.is_empty() {
        told = net::machine::local_addresses().unwrap_or_default();
    }
    if told.is_empty() {
        return Bad(
            "media: no address to tell clients; bring an interface up or set media.addresses"
                .into(),
        );
    }
    let shown: Vec<String> = told.iter().map(ToString::to_string).collect();
    let shown = shown.join(", ");
    if told.iter().all(|ip| ip.is_loopback()) {
        Risk(format!(
            "media: clients are told {shown}: only programs on this machine can call"
        ))
    } else if !told.iter().any(|ip| is_public(*ip)) {
        Risk(format!(
            "media: clients are told {shown}, which the internet cannot reach; behind a router that translates addresses, set media.announce to the public one"
        ))
    } else {
        Well(format!("media: clients are told {shown}"))
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            // 100.64.0.0/10 stands behind a carrier's translation (RFC 6598).
            let carrier = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || carrier)
        }
        // Unique local addresses: fc00::/7 (RFC 4193).
        IpAddr::V6(v6) => !v6.is_loopback() && v6.segments()[0] & 0xfe00 != 0xfc00,
    }
}

fn descriptors(config: &Config) -> Finding {
    let wanted = config.limits.http_connections as u64 + OTHER_DESCRIPTORS;
    // As the server does when it starts.
    let descriptors =
        net::machine::raise_descriptor_limit().and_then(|()| net::machine::descriptors());
    match descriptors {
        Err(error) => Risk(format!("descriptors: the limit cannot be read: {error}")),
        Ok(descriptors) if descriptors.limit < wanted => Risk(format!(
            "descriptors: this user may have {}, and limits.http_connections needs {wanted}; raise it (`ulimit -n`, LimitNOFILE= in systemd) or lower the key",
            descriptors.limit
        )),
        Ok(descriptors) => Well(format!("descriptors: {} are allowed", descriptors.limit)),
    }
}

fn udp_buffer(name: &str, path: &str) -> Finding {
    let read = std::fs::read_to_string(path)
        .ok()
        .and_then(|text| text.trim().parse::<u64>().ok());
    match read {
        None => Risk(format!(
            "{name}: cannot be read here; in a container it is the host's"
        )),
        Some(bytes) if bytes < UDP_BUFFER_BYTES => Risk(format!(
            "{name}: {bytes} bytes lose packets in bursts; `sysctl -w {name}={UDP_BUFFER_BYTES}`"
        )),
        Some(bytes) => Well(format!("{name}: {bytes} bytes")),
    }
}

fn turn(config: &Config) -> Option<Finding> {
    let turn = &config.turn;
    if turn.udp_port == 0 && turn.tcp_port == 0 && turn.tls_port == 0 {
        return Some(Risk(
            "turn: off; people behind firewalls that let only port 443 pass cannot call (turn.tls_port)".into(),
        ));
    }
    if turn.tls_port == 0 {
        return Some(Risk(
            "turn: without turn.tls_port, firewalls that inspect what they let pass will stop it"
                .into(),
        ));
    }
    Some(Well(format!(
        "turn: clients are told turns:{}:{}",
        turn.domain, turn.tls_port
    )))
}

async fn database(config: &Config) -> Finding {
    let opened = async {
        let store = crate::database::open(config)
            .await
            .map_err(|problem| problem.to_string())?;
        let written = store.begin().await.map(drop);
        store.close().await;
        written.map_err(|error| error.to_string())
    };
    match opened.await {
        Ok(()) => Well("store: the database can be written".into()),
        Err(told) => Bad(format!("store: {told}")),
    }
}

fn clock() -> Finding {
    let now_ms = OsClock.unix_ms();
    if now_ms < EARLIEST_MS {
        return Bad(
            "clock: it stands before 2026, so every token counts as not yet valid; set it, and let systemd-timesyncd or chrony keep it".into(),
        );
    }
    let kept = [
        "/run/systemd/timesync/synchronized",
        "/run/chrony/chronyd.pid",
    ];
    if kept.iter().any(|path| Path::new(path).exists()) {
        Well("clock: kept by a time service".into())
    } else {
        Risk(
            "clock: no time service was seen; tokens are refused when it drifts by minutes (in containers and virtual machines the host may keep it)".into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Listen;

    #[test]
    fn a_port_that_somebody_has_is_a_warning_and_a_foreign_address_a_problem() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut config = Config::dev();
        config.http.listen = Listen::On(taken.local_addr().unwrap());
        let findings = ports(&config);
        assert!(
            matches!(&findings[0], Risk(text) if text.contains("in use")),
            "{findings:?}"
        );
        // A documentation address (RFC 5737) is nobody's.
        config.http.listen = Listen::on(Ipv4Addr::new(203, 0, 113, 1), 7880);
        assert!(matches!(&ports(&config)[0], Bad(_)));
    }

    #[test]
    fn private_addresses_do_not_reach_the_internet() {
        for ip in [
            "10.1.2.3",
            "192.168.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "fd00::1",
            "::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["8.8.8.8", "100.128.0.1", "2001:4860::1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_written_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::dev();
        config.store.path = folder.path().join("a.sqlite");
        assert!(matches!(database(&config).await, Well(_)));
        config.store.path = folder.path().join("no/such/a.sqlite");
        assert!(matches!(database(&config).await, Bad(_)));
    }
}
