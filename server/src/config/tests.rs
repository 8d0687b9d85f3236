use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::setting::Preset;
use super::*;

const NO_ENV: [(&str, &str); 0] = [];

fn no_secret_files(path: &Path) -> io::Result<String> {
    panic!("{} should not have been read", path.display())
}

fn load(env: &[(&str, &str)], toml: Option<&str>) -> Result<Config, Refusals> {
    load_with(env, toml, &no_secret_files)
}

fn load_with(env: &[(&str, &str)], toml: Option<&str>, secret_files: SecretFiles<'_>) -> Result<Config, Refusals> {
    let env = env.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let file = toml.map(|text| File {
        path: "dropcast.toml".into(),
        text: text.to_owned(),
    });
    Config::load(env, file.as_ref(), secret_files)
}

/// The one refusal that these variables meet.
fn refusal(env: &[(&str, &str)]) -> String {
    let Refusals(refusals) = load(env, None).expect_err("refused");
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals[0].to_string()
}

fn toml_refusal(toml: &str) -> String {
    let Refusals(refusals) = load(&NO_ENV, Some(toml)).expect_err("refused");
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals[0].to_string()
}

fn shown<'c>(config: &'c Config, toml: &str) -> &'c Effective {
    config
        .effective()
        .iter()
        .find(|setting| setting.row.toml == toml)
        .expect("a setting")
}

#[test]
fn nothing_said_means_this_machine_alone() {
    let config = load(&NO_ENV, None).expect("the defaults");
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert!(!config.server.open_access);
    assert!(config.server.cors_origins.is_empty());
    assert_eq!(config.storage.data, Path::new("./data"));
    assert!(config.storage.s3.is_none());
    assert_eq!(
        config.database.engine,
        Engine::Sqlite {
            file: "./data/dropcast.db".into()
        }
    );
    assert!(config.redis.url.is_none());
    assert!(config.sentry.dsn.is_none());
}

#[test]
fn every_default_can_be_read_and_every_name_is_its_own() {
    let (mut envs, mut tomls) = (BTreeSet::new(), BTreeSet::new());
    for row in sections::rows() {
        assert!(envs.insert(row.env), "{} is there twice", row.env);
        assert!(tomls.insert(row.toml), "{} is there twice", row.toml);
        assert!(row.about.ends_with('.'), "{} is described by a sentence", row.env);
        if let Preset::Is(text) = row.default {
            load(&[(row.env, text)], None)
                .or_else(|_| {
                    load(
                        &[
                            (row.env, text),
                            ("DROPCAST_S3_BUCKET", "b"),
                            ("DROPCAST_S3_ACCESS_KEY", "a"),
                            ("DROPCAST_S3_SECRET_KEY", "s"),
                        ],
                        None,
                    )
                })
                .or_else(|_| load(&[(row.env, text), ("DROPCAST_TRUSTED_PROXIES", "10.0.0.1")], None))
                .unwrap_or_else(|refusals| panic!("{refusals}"));
        }
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let toml = "[server]\nlisten = '127.0.0.1:1111'\nresponse_timeout = 7\n";
    let config = load(&[("DROPCAST_LISTEN", "127.0.0.1:2222")], Some(toml)).expect("a configuration");
    assert_eq!(config.server.listen.port(), 2222);
    assert_eq!(config.server.response_timeout, Duration::from_secs(7));
    assert_eq!(config.server.max_json_body, 1 << 20);
    assert_eq!(shown(&config, "server.listen").source, Source::Environment);
    assert_eq!(
        shown(&config, "server.response_timeout").source,
        Source::File("dropcast.toml".into())
    );
    assert_eq!(shown(&config, "server.max_json_body").source, Source::Default);
}

#[test]
fn an_empty_variable_counts_as_absent() {
    let config = load(&[("DROPCAST_LISTEN", ""), ("REDIS_URL", " ")], None).expect("a configuration");
    assert_eq!(config.server.listen.port(), 8080);
    assert!(config.redis.url.is_none());
}

#[test]
fn lists_are_arrays_in_the_file_and_commas_in_the_environment() {
    let toml = "server.cors_origins = ['https://a.example', 'https://b.example:8443']";
    let config = load(&[("DROPCAST_TRUSTED_PROXIES", "10.0.0.0/8,fd00::/8")], Some(toml)).expect("a configuration");
    assert_eq!(
        config.server.cors_origins,
        ["https://a.example", "https://b.example:8443"]
    );
    assert_eq!(config.server.trusted_proxies.len(), 2);
}

#[test]
fn a_misspelt_variable_is_refused_with_what_was_meant() {
    let said = refusal(&[("DROPCAST_LISTN", "127.0.0.1:1")]);
    assert_eq!(
        said,
        "DROPCAST_LISTN (environment) is no known setting: did you mean DROPCAST_LISTEN? Otherwise remove it."
    );
    let said = refusal(&[("DROPCAST_0123456789_XYZZY", "1")]);
    assert!(said.contains("remove it") && !said.contains("did you mean"), "{said}");
}

#[test]
fn a_misspelt_key_of_the_file_is_refused_with_what_was_meant() {
    let said = toml_refusal("[server]\nlisten_adress = '127.0.0.1:1'\n");
    assert!(
        said.starts_with("server.listen_adress (dropcast.toml) is no known setting: did you mean server.listen?"),
        "{said}"
    );
}

#[test]
fn other_peoples_variables_are_none_of_our_business() {
    load(
        &[("PATH", "/bin"), ("DROPBOX_TOKEN", "x"), ("DATABASE_URLS", "x")],
        None,
    )
    .expect("a configuration");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let env = [
        ("DROPCAST_LISTEN", "localhost"),
        ("DROPCAST_OPEN_ACCESS", "perhaps"),
        ("DATABASE_URL", "mysql://db/x"),
        ("DROPCAST_LIMIT_API", "0"),
        ("DROPCAST_NONSENSE", "1"),
    ];
    let Refusals(refusals) =
        load(&env, Some("server.max_json_body = '1 apple'\nmedia.ffmpeg = 1.5")).expect_err("refused");
    let keys: BTreeSet<&str> = refusals.iter().map(|refusal| refusal.key.as_str()).collect();
    let expected = [
        "DROPCAST_LISTEN",
        "DROPCAST_OPEN_ACCESS",
        "DATABASE_URL",
        "DROPCAST_LIMIT_API",
        "DROPCAST_NONSENSE",
        "server.max_json_body",
        "media.ffmpeg",
    ];
    assert_eq!(keys, BTreeSet::from(expected));
    assert_eq!(refusals.len(), expected.len(), "each is said once");
}

#[test]
fn a_refusal_names_key_source_fault_and_remedy() {
    assert_eq!(
        refusal(&[("DROPCAST_LISTEN", "localhost")]),
        "DROPCAST_LISTEN (environment) is `localhost`, which is not an IP address with a port: write an IP address with a \
         port, such as `127.0.0.1:8080` or `[::]:8080`."
    );
    assert!(
        toml_refusal("server.open_access = 'perhaps'").starts_with("server.open_access (dropcast.toml) is `perhaps`")
    );
}

#[test]
fn a_refused_secret_is_not_repeated() {
    for (key, value) in [
        ("DATABASE_URL", "mysql://ada:s3same@db/x"),
        ("REDIS_URL", "http://:s3same@cache"),
        ("SENTRY_DSN", "s3same"),
        ("DROPCAST_METRICS_TOKEN", "s3same"),
    ] {
        let said = refusal(&[(key, value)]);
        assert!(said.starts_with(key) && !said.contains("s3same"), "{said}");
    }
}

#[test]
fn a_broken_file_does_not_quote_its_lines() {
    let said = toml_refusal("[database]\nurl = \"postgres://ada:s3same@db\n");
    assert!(said.contains("line 2") && !said.contains("s3same"), "{said}");
}

#[test]
fn secrets_can_come_from_files() {
    let files = |path: &Path| match path.to_str() {
        Some("/run/secrets/database") => Ok("postgres://ada:s3same@db/dropcast\n".to_owned()),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let config = load_with(&[("DATABASE_URL_FILE", "/run/secrets/database")], None, &files).expect("a configuration");
    assert_eq!(config.database.url.expose(), "postgres://ada:s3same@db/dropcast");
    assert_eq!(
        shown(&config, "database.url").source,
        Source::SecretFile("/run/secrets/database".into())
    );

    let Refusals(refusals) = load_with(&[("REDIS_URL_FILE", "/nowhere")], None, &files).expect_err("refused");
    let said = refusals[0].to_string();
    assert!(
        said.starts_with("REDIS_URL_FILE (environment) names `/nowhere`, which cannot be read"),
        "{said}"
    );

    let both = [("REDIS_URL_FILE", "/nowhere"), ("REDIS_URL", "redis://cache")];
    let said = load_with(&both, None, &files).expect_err("refused").to_string();
    assert!(
        said.contains("REDIS_URL (environment) and REDIS_URL_FILE are both set"),
        "{said}"
    );

    let empty = |_: &Path| Ok("\n".to_owned());
    let said = load_with(&[("REDIS_URL_FILE", "/empty")], None, &empty)
        .expect_err("refused")
        .to_string();
    assert!(said.contains("which is empty"), "{said}");
}

#[test]
fn only_secrets_come_from_files() {
    let said = refusal(&[("DROPCAST_LISTEN_FILE", "/run/listen")]);
    assert!(said.contains("set DROPCAST_LISTEN itself"), "{said}");
}

#[test]
fn s3_is_whole_or_absent() {
    let lone = refusal(&[("DROPCAST_S3_ENDPOINT", "http://127.0.0.1:9000")]);
    assert!(
        lone.contains("DROPCAST_S3_ENDPOINT") && lone.contains("set DROPCAST_S3_BUCKET too"),
        "{lone}"
    );

    let Refusals(refusals) = load(&[("DROPCAST_S3_BUCKET", "files")], None).expect_err("refused");
    let keys: Vec<&str> = refusals.iter().map(|refusal| refusal.key.as_str()).collect();
    assert_eq!(keys, ["DROPCAST_S3_ACCESS_KEY", "DROPCAST_S3_SECRET_KEY"]);

    let keys = [
        ("DROPCAST_S3_BUCKET", "files"),
        ("DROPCAST_S3_ACCESS_KEY", "a"),
        ("DROPCAST_S3_SECRET_KEY", "s"),
    ];
    let amazon = load(&keys, None)
        .expect("a configuration")
        .storage
        .s3
        .expect("a bucket");
    assert!(!amazon.path_style);
    let endpoint = [&keys[..], &[("DROPCAST_S3_ENDPOINT", "http://127.0.0.1:9000/")]].concat();
    let own = load(&endpoint, None)
        .expect("a configuration")
        .storage
        .s3
        .expect("a bucket");
    assert!(own.path_style);
    assert_eq!(own.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    assert!(refusal(&[("DROPCAST_TRUSTED_PROXIES", "0.0.0.0/0")]).contains("trusts every address"));
    assert!(refusal(&[("DROPCAST_CLIENT_ADDRESS_HEADER", "x-real-ip")]).contains("DROPCAST_TRUSTED_PROXIES"));
    assert!(refusal(&[("DROPCAST_MAX_HEADER_BYTES", "1KiB")]).contains("8 KiB"));
    assert!(refusal(&[("DROPCAST_DATA", "/")]).contains("the root of the file system"));
}

#[test]
fn what_is_shown_has_no_secrets() {
    let env = [
        ("DATABASE_URL", "postgres://ada:s3same@db/dropcast"),
        ("REDIS_URL", "rediss://:s3same@cache"),
        ("SENTRY_DSN", "https://s3same@sentry.example.org/1"),
        ("DROPCAST_METRICS_TOKEN", "s3same-s3same-s3same"),
        ("DROPCAST_S3_BUCKET", "files"),
        ("DROPCAST_S3_ACCESS_KEY", "s3same"),
        ("DROPCAST_S3_SECRET_KEY", "s3same"),
    ];
    let config = load(&env, None).expect("a configuration");
    let listing = effective::listing(config.effective());
    assert!(!listing.contains("s3same"), "{listing}");
    assert!(!format!("{config:?}").contains("s3same"), "not in a debug print either");
    assert!(listing.contains("postgres://ada:hidden@db/dropcast"), "{listing}");
    assert_eq!(listing.lines().count(), sections::rows().count());
}

#[test]
fn every_secret_is_known_to_those_who_keep_it_out_of_the_log() {
    let env = [
        ("DATABASE_URL", "postgres://ada:s3same@db/dropcast"),
        ("REDIS_URL", "rediss://:s3same@cache"),
        ("SENTRY_DSN", "https://s3same@sentry.example.org/1"),
        ("DROPCAST_METRICS_TOKEN", "s3same-s3same-s3same"),
        ("DROPCAST_S3_BUCKET", "files"),
        ("DROPCAST_S3_ACCESS_KEY", "s3same"),
        ("DROPCAST_S3_SECRET_KEY", "s3same"),
    ];
    let secrets = sections::rows().filter(|row| row.is_secret()).count();
    assert_eq!(load(&env, None).expect("a configuration").secrets().len(), secrets);
}

#[test]
fn the_reference_page_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    let committed = std::fs::read_to_string(page).expect("the page");
    let remedy = "run `cargo run -- config reference > docs/configuration.md`";
    assert_eq!(committed, reference::markdown(), "{remedy}");
}
