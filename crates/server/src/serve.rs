//! `stoa serve`: from the configuration to a running server, and to its end.

use crate::config::Config;
use crate::http::listener::{Listener, Tls};
use crate::http::{assets, dev_token, health, metrics, tls};
use crate::logs;
use crate::problem::Problem;
use crate::stopping::{Asked, Phase, Signals, drained, stopping};
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

pub(crate) fn run(config: Config) -> Result<(), Problem> {
    logs::begin(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Problem::new(
                "start the threads",
                error,
                "check the limits of this process",
            )
        })?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> Result<(), Problem> {
    let mut signals = Signals::listen()?;
    let (phase, stopping) = stopping();
    let recorded = metrics::begin()?;
    let listeners = listeners(&config).await?;

    let mut app = Router::new()
        .merge(health::routes(stopping.clone()))
        .merge(metrics::routes(recorded, &config.http.metrics_token));
    if config.dev {
        app = app.merge(dev_token::routes(config.keys.clone()));
    }
    let app = app.fallback(assets::serve);

    let permits = Arc::new(Semaphore::new(config.limits.http_connections));
    let serving: Vec<_> = listeners
        .into_iter()
        .map(|listener| {
            tokio::spawn(listener.serve(app.clone(), permits.clone(), stopping.clone()))
        })
        .collect();
    announce(&config);

    if signals.next().await == Asked::Drain {
        phase.send_replace(Phase::Draining);
        drained(
            &mut signals,
            Duration::from_secs(config.drain.calls_s),
            std::future::pending(),
        )
        .await;
    }
    phase.send_replace(Phase::Ended);
    for listener in serving {
        let _ = listener.await;
    }
    Ok(())
}

async fn listeners(config: &Config) -> Result<Vec<Listener>, Problem> {
    let mut listeners = Vec::new();
    if let Some(address) = config.http.listen.address() {
        listeners.push(Listener::bind(address, "http.listen", None).await?);
    }
    if let Some(address) = config.https.listen.address() {
        let acceptor = tls::acceptor(&config.https.certificate, &config.https.key)?;
        listeners.push(Listener::bind(address, "https.listen", Some(Tls(acceptor))).await?);
    }
    Ok(listeners)
}

/// Tells the person at the terminal where to go; a service's journal has the log instead.
fn announce(config: &Config) {
    let Some(address) = config.http.listen.address() else {
        return;
    };
    if !config.dev {
        tracing::info!(port = address.port(), "listening");
        return;
    }
    println!("Stoa is ready. Development preset: this machine only, well-known keys.\n");
    println!("  Address   http://{address}   (ws://{address} for SDKs)");
    println!("  Join      http://{address}/?room=hello");
    println!("  API key   devkey, secret: secret");
    println!(
        "  Media     UDP {}, TCP {}\n",
        config.media.udp_port, config.media.tcp_port
    );
    println!("Ctrl-C ends it.");
}
