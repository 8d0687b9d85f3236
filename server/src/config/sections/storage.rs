//! Where the bytes are.

use std::path::PathBuf;

use super::Chapter;
use crate::config::setting::{Row, Setting, Shown};
use crate::config::value::{Size, WebAddress};
use crate::config::{Reader, Secret, Section};

const DATA: Setting<PathBuf> = Setting::new(
    "DROPCAST_DATA",
    "storage.data",
    "The data folder: the SQLite database, files on local disk, and work in progress. It is created when it is missing.",
)
.default("./data");

const MAX_FILE_SIZE: Setting<Size> = Setting::new(
    "DROPCAST_MAX_FILE_SIZE",
    "storage.max_file_size",
    "How large one file may be.",
)
.default("100GiB");

const FREE_SPACE_FLOOR: Setting<Size> = Setting::new(
    "DROPCAST_FREE_SPACE_FLOOR",
    "storage.free_space_floor",
    "How much of the disk stays free: uploads are refused before less than this is left.",
)
.default("512MiB");

const BUCKET: Setting<String> = Setting::new(
    "DROPCAST_S3_BUCKET",
    "s3.bucket",
    "The bucket that holds the files; setting it switches S3 on.",
);

const ENDPOINT: Setting<WebAddress> = Setting::new(
    "DROPCAST_S3_ENDPOINT",
    "s3.endpoint",
    "The address of an S3 service that is not Amazon's.",
);

const REGION: Setting<String> =
    Setting::new("DROPCAST_S3_REGION", "s3.region", "The region of the bucket.").default("us-east-1");

const ACCESS_KEY: Setting<Secret> =
    Setting::new("DROPCAST_S3_ACCESS_KEY", "s3.access_key", "The id of the access key.").shown(Shown::Never);

const SECRET_KEY: Setting<Secret> = Setting::new(
    "DROPCAST_S3_SECRET_KEY",
    "s3.secret_key",
    "The secret of the access key.",
)
.shown(Shown::Never);

const PATH_STYLE: Setting<bool> = Setting::new(
    "DROPCAST_S3_PATH_STYLE",
    "s3.path_style",
    "Whether the bucket is named in the path instead of in the host name, as most services outside Amazon want it.",
)
.follows("`true` when an endpoint is set, else `false`");

const PREFIX: Setting<String> = Setting::new(
    "DROPCAST_S3_PREFIX",
    "s3.prefix",
    "What every key in the bucket begins with, for buckets that hold other things too.",
);

pub const CHAPTER: Chapter = Chapter {
    title: "Storage",
    about: "Where the bytes are.",
    rows: &[DATA.row, MAX_FILE_SIZE.row, FREE_SPACE_FLOOR.row],
};

pub const S3_CHAPTER: Chapter = Chapter {
    title: "S3",
    about: "With a bucket, files are kept there instead of in the data folder.",
    rows: S3_ROWS,
};

const S3_ROWS: &[Row] = &[
    BUCKET.row,
    ENDPOINT.row,
    REGION.row,
    ACCESS_KEY.row,
    SECRET_KEY.row,
    PATH_STYLE.row,
    PREFIX.row,
];

/// Where the bytes are.
#[derive(Clone, Debug)]
pub struct Storage {
    pub data: PathBuf,
    pub max_file_bytes: u64,
    pub free_space_floor: u64,
    /// The bucket instead of the data folder.
    pub s3: Option<S3>,
}

/// A bucket, and how to reach it.
#[derive(Clone, Debug)]
pub struct S3 {
    pub bucket: String,
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key: Secret,
    pub secret_key: Secret,
    pub path_style: bool,
    pub prefix: String,
}

impl Storage {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let data = from.get(&DATA);
        let max_file_size = from.get(&MAX_FILE_SIZE);
        let floor = from.get(&FREE_SPACE_FLOOR);
        let s3 = S3::read(from);
        Some(Self {
            data: data?,
            max_file_bytes: max_file_size?.0,
            free_space_floor: floor?.0,
            s3: s3?,
        })
    }
}

impl S3 {
    /// `None` when something was refused, `Some(None)` when files stay on disk.
    #[expect(
        clippy::option_option,
        reason = "refused, off and set are three states, and `?` wants the outer one"
    )]
    fn read(from: &mut Reader) -> Option<Option<Self>> {
        let bucket = from.maybe(&BUCKET);
        let endpoint = from.maybe(&ENDPOINT);
        let region = from.get(&REGION);
        let access_key = from.maybe(&ACCESS_KEY);
        let secret_key = from.maybe(&SECRET_KEY);
        let path_style = from.maybe(&PATH_STYLE);
        let prefix = from.maybe(&PREFIX);

        let Some(bucket) = bucket? else {
            let lone = S3_ROWS.iter().filter(|row| from.is_set(row)).collect::<Vec<_>>();
            for row in &lone {
                from.refuse(
                    row,
                    "has no effect without a bucket",
                    "set DROPCAST_S3_BUCKET too, or unset this",
                );
            }
            return lone.is_empty().then_some(None);
        };
        for (setting, key) in [(&ACCESS_KEY, &access_key), (&SECRET_KEY, &secret_key)] {
            if matches!(key, Some(None)) {
                let remedy = format!("set {} or {}", setting.row.env, setting.row.env_file());
                from.refuse(
                    &setting.row,
                    "is missing, and the bucket cannot be opened without it",
                    remedy,
                );
            }
        }
        let endpoint = endpoint?.map(|address| address.origin);
        let path_style = path_style?.unwrap_or(endpoint.is_some());
        from.follow(&PATH_STYLE.row, path_style.to_string());
        Some(Some(Self {
            bucket,
            endpoint,
            region: region?,
            access_key: access_key??,
            secret_key: secret_key??,
            path_style,
            prefix: prefix?.unwrap_or_default(),
        }))
    }
}

impl Section for Storage {
    fn validate(&self, reader: &mut Reader) {
        if self.data.as_os_str() == "/" {
            reader.refuse(&DATA.row, "is the root of the file system", "name a folder of its own");
        }
        if self.max_file_bytes == 0 {
            reader.refuse(&MAX_FILE_SIZE.row, "would take no file at all", "write at least `1B`");
        }
        let Some(s3) = &self.s3 else { return };
        let usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        if s3.prefix.starts_with('/') || s3.prefix.contains("..") || !s3.prefix.chars().all(usual) {
            let remedy = "use letters, digits, `-`, `_`, `.` and `/`, without a slash in front or `..`";
            reader.refuse(&PREFIX.row, "cannot begin a key", remedy);
        }
    }
}
