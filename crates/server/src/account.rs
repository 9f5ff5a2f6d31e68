//! `stoa account create`: the first people of a fresh server, and a way in when nobody has one.

use crate::cli::AccountCreate;
use crate::config::Config;
use crate::database::{self, Told};
use crate::problem::Problem;
use base::Redacted;
use base::clock::OsClock;
use base::rng::Rng;
use std::io::Read;
use tenancy::people::NewPerson;
use tenancy::tenants::NewTenant;
use tenancy::{Actor, Context, Denied, TenantRole, password, platform, tenants};

pub(crate) fn create(config: &Config, asked: &AccountCreate) -> Result<String, Problem> {
    let given = match asked.password_stdin {
        true => from_stdin()?,
        false => tenancy::secret::random(),
    };
    let shown = match asked.password_stdin {
        true => String::new(),
        false => format!(", password {}", given.expose()),
    };
    database::with(config, async |store| {
        let made = make(store, asked, given).await;
        made.map_err(|error| {
            Problem::new(
                "make this account",
                Told(error),
                "correct the arguments; `stoa account create --help` explains them",
            )
        })
    })?;
    Ok(format!("{}{shown}", asked.email))
}

async fn make(
    store: &store::Store,
    asked: &AccountCreate,
    given: Redacted<String>,
) -> Result<(), Denied> {
    let hash = password::hash("password", given).await?;
    let mut context = Context {
        actor: Actor::System { tenant: None },
        now_ms: OsClock.unix_ms(),
        rng: Rng::from_os(),
    };
    let person = NewPerson {
        email: asked.email.clone(),
        name: asked.name.clone(),
        role: TenantRole::Owner,
        locale: None,
        password_hash: Some(hash.clone()),
    };
    let mut tx = store.begin().await?;
    let known = match &asked.tenant {
        Some(slug) => tx.tenants().find_by_slug(slug).await?,
        None => None,
    };
    match (&asked.tenant, known) {
        (Some(_), Some(tenant)) => {
            context.actor = Actor::System {
                tenant: Some(tenant.id),
            };
            tenancy::people::create(&mut tx, &mut context, person).await?;
        }
        (Some(slug), None) => {
            let new = NewTenant {
                name: asked.tenant_name.clone().unwrap_or_else(|| slug.clone()),
                slug: slug.clone(),
                timezone: None,
                locale: None,
                owner: Some(person),
            };
            tenants::create(&mut tx, &mut context, new).await?;
        }
        (None, _) => {}
    }
    if asked.operator {
        platform::make_operator(&mut tx, &mut context, &asked.email, &asked.name, hash).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The first line.
fn from_stdin() -> Result<Redacted<String>, Problem> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| {
            Problem::new(
                "read the password",
                error,
                "pipe it in, as in `stoa account create … --password-stdin < file`",
            )
        })?;
    let line = text.lines().next().unwrap_or_default();
    Ok(Redacted::new(line.to_owned()))
}
