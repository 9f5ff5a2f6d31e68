//! Merchants: made by operators of the platform, looked after by their owners.

use crate::people::{self, NewPerson};
use crate::{Actor, Context, Denied, Refusal, Right, TenantRole, audit, text};
use base::{FileId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::tenants::TenantRow;
use store::{Page, PageRequest, Reader, StoreError, Tx};

const MAX_NAME_CHARACTERS: usize = 100;
const MAX_FONT_CHARACTERS: usize = 100;
/// Ten years; who must keep longer exports.
const RETENTION_DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;
const DEFAULT_RETENTION_DAYS: u32 = 365;

/// How pages of this tenant look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    pub logo_file_id: Option<FileId>,
    /// `#rrggbb`.
    pub primary_color: Option<String>,
    /// A CSS font family.
    pub font: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    pub slug: String,
    pub brand: Brand,
    pub timezone: String,
    pub locale: String,
    pub retention_days: u32,
    pub created_ms: u64,
    pub version: u64,
}

#[derive(Clone, Debug)]
pub struct NewTenant {
    pub name: String,
    pub slug: String,
    pub timezone: Option<String>,
    pub locale: Option<String>,
    /// Who owns it; left out, an owner is added later by an operator.
    pub owner: Option<NewPerson>,
}

/// What is to be different; None stays.
#[derive(Clone, Debug, Default)]
pub struct TenantChange {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub brand: Option<Brand>,
    /// Some(None) takes it down; see [`crate::logos`], which minds the files.
    pub logo: Option<Option<FileId>>,
    pub timezone: Option<String>,
    pub locale: Option<String>,
    pub retention_days: Option<u32>,
}

/// # Errors
/// The actor is no operator, or the slug is in use.
pub async fn create(tx: &mut Tx, context: &mut Context, new: NewTenant) -> Result<Tenant, Denied> {
    context.actor.need(Right::PlatformTenants)?;
    let row = TenantRow {
        id: TenantId::random(&mut context.rng),
        name: text::line("name", &new.name, MAX_NAME_CHARACTERS)?,
        slug: slug(&new.slug)?,
        brand: "{}".to_owned(),
        timezone: text::timezone("timezone", new.timezone.as_deref().unwrap_or("UTC"))?,
        locale: text::locale("locale", new.locale.as_deref().unwrap_or("en"))?,
        retention_days: DEFAULT_RETENTION_DAYS,
        created_ms: context.now_ms,
        version: 1,
    };
    tx.tenants().insert(&row).await.map_err(taken)?;
    let detail = json!({ "slug": row.slug });
    audit::enter(
        tx,
        context,
        &row.id,
        "tenant.created",
        row.id.as_str(),
        detail,
    )
    .await?;
    if let Some(mut owner) = new.owner {
        owner.role = TenantRole::Owner;
        people::add(tx, context, &row.id, owner).await?;
    }
    Ok(shown(row))
}

/// Changes the actor's own tenant, or for operators any.
///
/// # Errors
/// The actor lacks a right, or there is no such tenant.
pub async fn update(
    tx: &mut Tx,
    context: &Context,
    id: &TenantId,
    change: TenantChange,
) -> Result<Tenant, Denied> {
    if !context.actor.may(Right::PlatformTenants) {
        context.actor.need(Right::TenantWrite)?;
        if context.actor.tenant()? != id {
            return Err(Refusal::NotFound { what: "tenant" }.into());
        }
    }
    let found = tx.tenants().find(id).await?;
    let mut row = found.ok_or(Refusal::NotFound { what: "tenant" })?;
    let mut changed = Vec::new();
    if let Some(name) = &change.name {
        row.name = text::line("name", name, MAX_NAME_CHARACTERS)?;
        changed.push("name");
    }
    if let Some(wanted) = &change.slug {
        row.slug = slug(wanted)?;
        changed.push("slug");
    }
    if change.brand.is_some() || change.logo.is_some() {
        row.brand = checked(&changed_brand(&row, &change)?)?;
        changed.push(if change.logo.is_some() {
            "logo"
        } else {
            "brand"
        });
    }
    if let Some(timezone) = &change.timezone {
        row.timezone = text::timezone("timezone", timezone)?;
        changed.push("timezone");
    }
    if let Some(locale) = &change.locale {
        row.locale = text::locale("locale", locale)?;
        changed.push("locale");
    }
    if let Some(days) = change.retention_days {
        if !RETENTION_DAYS.contains(&days) {
            return Err(invalid("retention_days", "is a number from 1 to 3650").into());
        }
        row.retention_days = days;
        changed.push("retention_days");
    }
    tx.tenants().update(&row).await.map_err(taken)?;
    let detail = json!({ "changed": changed });
    audit::enter(tx, context, id, "tenant.changed", id.as_str(), detail).await?;
    row.version += 1;
    Ok(shown(row))
}

/// How often it has been changed.
///
/// # Errors
/// There is no such tenant.
pub async fn version(tx: &mut Tx, id: &TenantId) -> Result<u64, Denied> {
    let found = tx.tenants().find(id).await?;
    Ok(found.ok_or(Refusal::NotFound { what: "tenant" })?.version)
}

/// # Errors
/// The actor may read neither this tenant nor all.
pub async fn read(reader: &mut Reader, actor: &Actor, id: &TenantId) -> Result<Tenant, Denied> {
    if !actor.may(Right::PlatformTenants) {
        actor.need(Right::TenantRead)?;
        if actor.tenant()? != id {
            return Err(Refusal::NotFound { what: "tenant" }.into());
        }
    }
    let found = reader.tenants().find(id).await?;
    Ok(shown(found.ok_or(Refusal::NotFound { what: "tenant" })?))
}

/// All tenants, oldest first.
///
/// # Errors
/// The actor is no operator.
pub async fn list(
    reader: &mut Reader,
    actor: &Actor,
    request: &PageRequest,
) -> Result<Page<Tenant>, Denied> {
    actor.need(Right::PlatformTenants)?;
    Ok(reader.tenants().list(request).await?.map(shown))
}

/// How a tenant signs its letters.
pub(crate) async fn name(tx: &mut Tx, id: &TenantId) -> Result<String, Denied> {
    let found = tx.tenants().find(id).await?;
    Ok(found.ok_or(Refusal::NotFound { what: "tenant" })?.name)
}

pub(crate) fn shown(row: TenantRow) -> Tenant {
    Tenant {
        id: row.id,
        name: row.name,
        slug: row.slug,
        brand: serde_json::from_str(&row.brand).unwrap_or_default(),
        timezone: row.timezone,
        locale: row.locale,
        retention_days: row.retention_days,
        created_ms: row.created_ms,
        version: row.version,
    }
}

fn changed_brand(row: &TenantRow, change: &TenantChange) -> Result<Brand, Refusal> {
    let before: Brand = serde_json::from_str(&row.brand).unwrap_or_default();
    let mut brand = change.brand.clone().unwrap_or_else(|| before.clone());
    if brand.logo_file_id.is_some() && brand.logo_file_id != before.logo_file_id {
        return Err(invalid(
            "brand.logo_file_id",
            "is changed by PUT and DELETE of /v1/tenant/logo",
        ));
    }
    brand.logo_file_id = change.logo.clone().unwrap_or(before.logo_file_id);
    Ok(brand)
}

/// A brand as JSON. What is in it ends up in style sheets, so it is parsed strictly.
fn checked(brand: &Brand) -> Result<String, Refusal> {
    if let Some(color) = &brand.primary_color {
        let digits = color.strip_prefix('#').unwrap_or_default();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(invalid("brand.primary_color", "is written like #1f6feb"));
        }
    }
    if let Some(font) = &brand.font {
        let plain = |c: char| c.is_alphanumeric() || " ,-'\"".contains(c);
        let sized = (1..=MAX_FONT_CHARACTERS).contains(&font.chars().count());
        if !sized || !font.chars().all(plain) {
            return Err(invalid("brand.font", "is the name of a CSS font family"));
        }
    }
    serde_json::to_string(brand).map_err(|_| invalid("brand", "cannot be kept"))
}

/// A part of an address.
fn slug(text: &str) -> Result<String, Refusal> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let sized = (2..=40).contains(&text.len());
    if sized && text.chars().all(fits) && !text.starts_with('-') && !text.ends_with('-') {
        return Ok(text.to_owned());
    }
    Err(invalid(
        "slug",
        "has 2 to 40 small letters, digits and hyphens between them",
    ))
}

fn invalid(field: &'static str, why: &'static str) -> Refusal {
    Refusal::Invalid { field, why }
}

fn taken(error: StoreError) -> Denied {
    if error.is_conflict() {
        return Refusal::Taken { field: "slug" }.into();
    }
    error.into()
}
