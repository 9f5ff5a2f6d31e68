//! Names of webhooks, looked up: what leads into our own network is not found.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::SocketAddr;
use tenancy::webhooks::is_public;

#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err(io::Error::other("the name leads to no public address").into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether the host, where it is written as an address, is a public one; names are looked up by
/// [`PublicOnly`].
pub(super) fn may_connect(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse().map_or(true, is_public)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_inside_is_not_connected_to_however_it_is_written() {
        let may = |url: &str| may_connect(&reqwest::Url::parse(url).unwrap());
        for inside in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]:80/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            assert!(!may(inside), "{inside}");
        }
        assert!(may("https://1.1.1.1/") && may("https://example.com/"));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_found() {
        let found = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert!(found.is_err());
    }
}
