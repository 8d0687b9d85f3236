//! Databases with tables: migrated once for a test binary, copied for each test.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use migrations::MigrateOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task;

use crate::postgres;

/// The moment at which the tests' databases were migrated.
const MIGRATED_AT: i64 = 1_700_000_000_000_000;

/// The address of a new PostgreSQL database with every table.
pub async fn postgres_url() -> anyhow::Result<String> {
    let server = postgres::server_url().await?;
    let template = format!("template_{}", binary_key()?);
    let mut admin = postgres::admin_connection(&server).await?;

    // Tests run in processes of their own: the lock lets one of them build the template.
    let lock = format!("SELECT pg_advisory_lock(hashtext('{template}'))");
    sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut admin).await?;
    if !exists(&mut admin, &template).await? {
        let fresh = postgres::create_database(None).await?;
        migrate(fresh.clone()).await?;
        let name = fresh.rsplit('/').next().context("an address without a database")?;
        let rename = format!("ALTER DATABASE {name} RENAME TO {template}");
        // The last connection may still be on its way out.
        crate::wait::for_ok("nobody uses the template", async || {
            sqlx::raw_sql(AssertSqlSafe(rename.clone())).execute(&mut admin).await
        })
        .await?;
    }
    admin.close().await?;
    postgres::create_database(Some(&template)).await
}

/// The address of a new SQLite database with every table, inside `folder`.
pub async fn sqlite_url(folder: &Path) -> anyhow::Result<String> {
    let copy = folder.join("dropcast.db");
    fs::copy(sqlite_template().await?, &copy)?;
    Ok(format!("sqlite://{}", copy.display()))
}

/// A migrated file beside the test binary, so that it goes when the build folder goes.
pub(crate) async fn sqlite_template() -> anyhow::Result<PathBuf> {
    let binary = std::env::current_exe()?;
    let folder = binary
        .parent()
        .context("a program without a folder")?
        .join("testkit-templates");
    fs::create_dir_all(&folder)?;
    let template = folder.join(format!("{}.db", binary_key()?));

    let lock_path = folder.join("lock");
    let lock = task::spawn_blocking(move || -> std::io::Result<File> {
        let lock = File::create(lock_path)?;
        lock.lock()?;
        Ok(lock)
    })
    .await??;
    if !template.exists() {
        let unfinished = tempfile::tempdir_in(&folder)?;
        let path = unfinished.path().join("template.db");
        migrate(format!("sqlite://{}", path.display())).await?;
        fs::rename(path, &template)?;
    }
    drop(lock);
    Ok(template)
}

/// Gives an empty database every table, one on a server of its own for instance.
pub async fn migrate(url: String) -> anyhow::Result<()> {
    let options = MigrateOptions {
        url,
        snapshot_dir: None,
        binary_version: env!("CARGO_PKG_VERSION").to_owned(),
        now: MIGRATED_AT,
    };
    migrations::run(&options).await?;
    Ok(())
}

async fn exists(admin: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(admin)
        .await
}

/// Tells one build of a test binary from the next: the migrations are linked into it.
fn binary_key() -> anyhow::Result<String> {
    let binary = std::env::current_exe()?;
    let mut hasher = DefaultHasher::new();
    binary.hash(&mut hasher);
    fs::metadata(&binary)?.modified()?.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}
