//! `stoa serve`: from the configuration to a running server, and to its end.

use crate::business::{self, Reactions};
use crate::config::Config;
use crate::database;
use crate::demo::{self, DemoFolder};
use crate::http::listener::{Listener, Tls};
use crate::http::{assets, dev_token, health, metrics, tls};
use crate::logs;
use crate::problem::Problem;
use crate::stopping::{Asked, Phase, Signals, Stopping, drained, stopping};
use crate::webhooks::{Endpoints, Events, Webhooks};
use crate::wiring::{Media, MediaPlane, Parts, api, keep_house, room_settings, session_limits};
use axum::Router;
use axum::routing::get;
use base::rng::Rng;
use room::Rooms;
use sfu::SfuHandle;
use signal::agents::{Agents, JobEvent, WorkerDoor, dispatch};
use signal::token::ApiKeys;
use signal::twirp::Services;
use signal::{LivekitDataWire, Node, State};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::{Notify, Semaphore, mpsc};

/// How often to look whether the media threads run and, while draining, whether calls go on.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What clients get to read that they should connect anew; connections end after that.
const GOODBYE: Duration = Duration::from_secs(5);

pub(crate) fn run(config: Config) -> Result<(), Problem> {
    logs::begin(&config.log)?;
    if let Err(error) = net::machine::raise_descriptor_limit() {
        tracing::warn!(%error, "the limit of descriptors stays as it is");
    }
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
    let served = runtime.block_on(serve(config));
    // Connections that did not end by themselves are not worth waiting for.
    runtime.shutdown_background();
    served
}

async fn serve(mut config: Config) -> Result<(), Problem> {
    // Lives as long as the server.
    let _demo = DemoFolder::instead_of_default(&mut config)?;
    let mut signals = Signals::listen()?;
    let (phase, stopping) = stopping();
    let recorded = metrics::begin()?;
    let listeners = listeners(&config).await?;
    let media = MediaPlane::start(&config).await?;
    let store = database::open(&config).await?;
    let demo_code = match config.dev {
        true => demo::furnish(&store).await?,
        false => None,
    };
    let control = Control::start(&config, &media, &store, stopping.clone()).await?;
    let housekeeping = tokio::spawn(keep_house(store.clone()));

    let meters = media.meters.clone();
    let look = Arc::new(move || meters.report());
    let own = Router::new()
        .route("/", get(assets::serve))
        .merge(control.api.clone())
        .merge(health::routes(stopping.clone()))
        .merge(metrics::routes(recorded, &config.http.metrics_token, look));
    let app = match config.dev {
        true => own.merge(dev_token::routes(config.keys.clone())),
        false => own,
    };
    // What none of ours answers is the protocol's; what it does not answer is a file of the page.
    let app = app.fallback_service(control.routes().fallback(assets::serve));

    let permits = Arc::new(Semaphore::new(config.limits.http_connections));
    let serving: Vec<_> = listeners
        .into_iter()
        .map(|listener| {
            tokio::spawn(listener.serve(app.clone(), permits.clone(), stopping.clone()))
        })
        .collect();
    announce(&config, demo_code.as_deref());

    let ended = tokio::select! {
        asked = signals.next() => {
            if asked == Asked::Drain {
                tracing::info!(limit_s = config.drain.calls_s, "draining");
                phase.send_replace(Phase::Draining);
                control.drain().await;
                let limit = Duration::from_secs(config.drain.calls_s);
                drained(&mut signals, limit, control.calls_ended()).await;
            }
            Ok(())
        }
        problem = media_failed(&media.sfu) => Err(problem),
    };
    // Whoever is still here is told to connect anew.
    let _ = tokio::time::timeout(GOODBYE, control.rooms.shut_down()).await;
    phase.send_replace(Phase::Ended);
    for listener in serving {
        let _ = tokio::time::timeout(GOODBYE, listener).await;
    }
    control.reactions.finish(GOODBYE).await;
    if let Some(webhooks) = control.webhooks {
        webhooks.finish(GOODBYE).await;
    }
    media.sfu.stop();
    housekeeping.abort();
    store.close().await;
    tracing::info!("ended");
    ended
}

/// Rooms, signalling and the server API.
struct Control {
    keys: Arc<ApiKeys>,
    rooms: Rooms,
    agents: Agents,
    state: State,
    /// The HTTP API.
    api: Router,
    reactions: Reactions,
    /// None where nobody wants to be told.
    webhooks: Option<Webhooks>,
}

impl Control {
    async fn start(
        config: &Config,
        media: &MediaPlane,
        store: &Store,
        stopping: Stopping,
    ) -> Result<Self, Problem> {
        let pairs = config
            .keys
            .iter()
            .map(|(key, secret)| (key.to_owned(), secret.to_owned()));
        let keys = Arc::new(ApiKeys::new(pairs));
        let mut rng = Rng::from_os();
        let rooms = Rooms::backed(
            Arc::new(Media::new(media.sfu.clone())),
            Arc::new(LivekitDataWire),
            room_settings(config),
            Rng::from_seed(rng.next_u64()),
            business::backing(store),
        );
        let node = Node {
            id: rng.id("ND_", 12),
            region: config.region.clone(),
        };
        let news = Arc::new(Notify::new());
        let reactions = Reactions::start(config, store, &node.id, &rooms, news.clone(), stopping)?;
        let parts = Parts {
            store: store.clone(),
            blobs: business::blobs(config).await?,
            keys: keys.clone(),
            rooms: rooms.clone(),
            news,
            mail: reactions.mail(),
        };
        let api = api(config, parts, Rng::from_seed(rng.next_u64()));
        let (agents, jobs) = Agents::start(rng, dispatch::Limits::default(), rooms.events());
        let webhooks = webhooks(config, store, &keys, &rooms, jobs).await?;
        let state = State {
            keys: keys.clone(),
            rooms: rooms.clone(),
            ice: Arc::new(media.relay.clone()),
            node: Arc::new(node),
            limits: session_limits(config),
        };
        Ok(Self {
            keys,
            rooms,
            agents,
            state,
            api: api::routes(api),
            reactions,
            webhooks,
        })
    }

    fn routes(&self) -> Router {
        let services = Services {
            rooms: self.rooms.clone(),
            agents: self.agents.clone(),
            keys: self.keys.clone(),
        };
        signal::routes(self.state.clone())
            .merge(signal::agents::routes(WorkerDoor::new(
                &self.state,
                self.agents.clone(),
            )))
            .merge(signal::twirp::routes(services))
    }

    async fn drain(&self) {
        self.rooms.drain();
        self.agents.drain().await;
    }

    async fn calls_ended(&self) {
        loop {
            let rooms = self.rooms.list(&[]).await;
            if rooms.iter().all(|room| room.num_participants == 0) {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

async fn webhooks(
    config: &Config,
    store: &Store,
    keys: &Arc<ApiKeys>,
    rooms: &Rooms,
    jobs: mpsc::Receiver<JobEvent>,
) -> Result<Option<Webhooks>, Problem> {
    if config.webhooks.urls.is_empty() {
        return Ok(None);
    }
    let endpoints = Endpoints {
        urls: config.webhooks.urls.clone(),
        api_key: config.webhooks.api_key.clone(),
    };
    let events = Events {
        rooms: rooms.events(),
        jobs,
    };
    Webhooks::start(store.clone(), keys.clone(), endpoints, events)
        .await
        .map(Some)
}

/// Returns when a media thread has ended, which only a fault of ours can bring about: a fresh
/// process serves people better than one that carries only some of them.
async fn media_failed(sfu: &SfuHandle) -> Problem {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if !sfu.is_alive() {
            return Problem::new(
                "go on carrying media",
                "a media thread has ended",
                "this is a fault of Stoa; please report it with the log, and start it anew",
            );
        }
    }
}

async fn listeners(config: &Config) -> Result<Vec<Listener>, Problem> {
    // What the files say is known before any port is taken: a bad certificate is told as one, even
    // while another program has a port.
    let https = match config.https.listen.address() {
        Some(address) => {
            let acceptor = tls::acceptor(&config.https.certificate, &config.https.key)?;
            Some((address, Tls(acceptor)))
        }
        None => None,
    };
    let mut listeners = Vec::new();
    if let Some(address) = config.http.listen.address() {
        listeners.push(Listener::bind(address, "http.listen", None).await?);
    }
    if let Some((address, tls)) = https {
        listeners.push(Listener::bind(address, "https.listen", Some(tls)).await?);
    }
    Ok(listeners)
}

/// Tells the person at the terminal where to go; a service's journal has the log instead.
fn announce(config: &Config, demo_code: Option<&str>) {
    let Some(address) = config.http.listen.address().filter(|_| config.dev) else {
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "ready");
        return;
    };
    let url = config.public_url();
    println!("Stoa is ready. Development preset: this machine only, well-known keys.\n");
    if let Some(code) = demo_code {
        println!("  Meeting   {url}/j/{code}   (come in as a guest, or signed in as its host)");
    }
    println!("  Console   {url}/console/");
    println!(
        "  Sign in   {} or {}, password {}   (demo data, gone when the server ends)",
        demo::EMAIL,
        demo::STAFF_EMAIL,
        demo::PASSWORD
    );
    println!("  Call      {url}/call/?room=hello   (a bare call, without an account)");
    println!("  API       {url}/docs");
    println!("  SDKs      ws://{address}, API key devkey, secret: secret");
    println!(
        "  Media     UDP {}, TCP {}\n",
        config.media.udp_port, config.media.tcp_port
    );
    println!("Ctrl-C ends it.");
}
