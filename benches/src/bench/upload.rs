//! Goal 3: one large file arrives, is hashed on the way, and is on the disk when it is acknowledged.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};

use super::{Findings, Plan, mebibytes};
use crate::judge::{Against, Bound, Figure, Goal};
use crate::peers::{Program, Start, copyparty, dropcast, present, tus};
use crate::runner::{Contender, Course, Missing, OURS, Unit};
use crate::sample::{Meter, Work};
use crate::scratch::{Source, settle_disk, sha256_of};
use crate::server::Server;

const OPENSSL: &str = "openssl dgst -sha256";
const DD: &str = "dd conv=fdatasync";
/// Where peers put what was uploaded, below their folder.
const SHARE: &str = "share";

pub fn run(plan: &Plan) -> Result<Findings> {
    let file_system = &plan.machine.file_system;
    ensure!(
        file_system != "tmpfs" && file_system != "ramfs",
        "{file_system} keeps nothing: name a folder on a disk in DROPCAST_BENCH_DIR"
    );
    let source = plan.source()?;
    let (mut missing, mut versions) = (Vec::new(), Vec::new());
    let mut note = |name: &str, program: &Program| versions.push((name.to_owned(), program.version.clone()));

    let mut contenders: Vec<Box<dyn Contender>> = vec![Box::new(ours(plan, &source)?)];
    if let Some(program) = present(OPENSSL, Program::of_system("openssl", "version"), &mut missing) {
        note("openssl", &program);
        contenders.push(Box::new(openssl(&program, &source)));
    }
    if let Some(program) = present(DD, Program::of_system("dd", "--version"), &mut missing) {
        note("dd", &program);
        contenders.push(Box::new(dd(plan, &program, &source)));
    }
    match copyparty::program(&plan.peers) {
        Ok(program) => {
            note("copyparty", &program);
            let (put, u2c) = copyparties(plan, &program, &source)?;
            contenders.extend([Box::new(put) as Box<dyn Contender>, Box::new(u2c)]);
        }
        Err(error) => missing.extend(copyparty::names().into_iter().map(|name| Missing {
            name,
            reason: format!("{error:#}"),
        })),
    }
    if let Some(program) = present(tus::NAME, tus::program(&plan.peers), &mut missing) {
        note(tus::NAME, &program);
        contenders.push(Box::new(tus_server(plan, &program, &source)?));
    }
    let course = Course {
        title: format!("{} uploaded", mebibytes(source.size)),
        unit: Unit::Bytes,
        contenders,
        missing,
        goals: goals(),
    };
    Ok(Findings {
        title: "Upload of one large file",
        method: method(plan.size, file_system),
        versions,
        outcomes: vec![plan.run(course)?],
    })
}

fn goals() -> Vec<Goal> {
    let goal = |text: &str, against, least| Goal {
        text: text.to_owned(),
        figure: Figure::Rate,
        against,
        bound: Bound::AtLeast(least),
    };
    let limits = Against::Worst(vec![OPENSSL.to_owned(), DD.to_owned()]);
    vec![
        goal("as fast as 0.6 × the slower of openssl and dd", limits, 0.6),
        goal("as fast as 1.5 × copyparty", Against::Best(copyparty::names()), 1.5),
        goal(
            "as fast as 1.3 × @tus/server",
            Against::Best(vec![tus::NAME.to_owned()]),
            1.3,
        ),
    ]
}

fn method(size: u64, file_system: &str) -> Vec<String> {
    vec![
        format!(
            "{} of noise, read from the page cache and sent over one loopback connection, HTTP/1.1 without TLS, into \
             an empty folder on {file_system}. Before each measurement the disk is idle (`sync`).",
            mebibytes(size)
        ),
        "The clock stops when the bytes are on the disk. Dropcast acknowledges after fdatasync, rename, fsync of the \
         folder and commit. copyparty and @tus/server acknowledge before the disk has the bytes, so for them an \
         fdatasync of the file and an fsync of its folder are added."
            .to_owned(),
        "Verified: Dropcast answers with the SHA-256 of what it received, which is compared each time. copyparty is \
         measured in both of its ways that verify: PUT, which answers with the SHA-256 (its quickest hash), and its \
         own client u2c, which hashes each piece first; the better one counts. @tus/server hashes nothing. What \
         the peers stored is compared after the first round, outside the measurement."
            .to_owned(),
        "openssl only reads the file; dd copies it (1 MiB at a time) and waits for the disk. Processor time and \
         memory are those of the server, or of the program; clients are not counted."
            .to_owned(),
    ]
}

/// Sends the source to a server.
type Sender = Box<dyn Fn(&Server) -> Result<()>>;
/// Looks at what a program printed.
type Check = Box<dyn Fn(&str) -> Result<()>>;

/// Uploading to a server that starts afresh over an empty folder each round.
struct Upload {
    name: &'static str,
    folder: PathBuf,
    start: Start,
    send: Sender,
    /// What stands for the server's own promise, and is looked at after the first round.
    stored: Option<Stored>,
    size: u64,
    server: Option<Server>,
}

struct Stored {
    sha256: String,
    compared: bool,
}

impl Contender for Upload {
    fn name(&self) -> &str {
        self.name
    }

    fn prepare(&mut self) -> Result<Meter> {
        fs::create_dir_all(&self.folder)?;
        settle_disk()?;
        let server = (self.start)()?;
        let meter = Meter::Server(server.id());
        self.server = Some(server);
        Ok(meter)
    }

    fn work(&mut self) -> Result<Work> {
        (self.send)(self.server.as_ref().context("not started")?)?;
        if self.stored.is_some() {
            let share = self.folder.join(SHARE);
            File::open(largest_in(&share)?)?.sync_data()?;
            File::open(&share)?.sync_all()?;
        }
        Ok(Work::of(self.size))
    }

    fn finish(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Server::stop)?;
        if let Some(stored) = &mut self.stored
            && !stored.compared
        {
            let found = sha256_of(&largest_in(&self.folder.join(SHARE))?)?;
            ensure!(found == stored.sha256, "what it stored is not what was sent");
            stored.compared = true;
        }
        fs::remove_dir_all(&self.folder)?;
        Ok(())
    }
}

/// A peer names the file as it likes, and keeps notes beside it.
fn largest_in(folder: &Path) -> Result<PathBuf> {
    let mut largest = None;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        if found.is_file() && largest.as_ref().is_none_or(|(size, _)| found.len() > *size) {
            largest = Some((found.len(), entry.path()));
        }
    }
    Ok(largest.context("nothing was stored")?.1)
}

fn ours(plan: &Plan, source: &Rc<Source>) -> Result<Upload> {
    let folder = plan.scratch.fresh(OURS)?;
    let sent = Rc::clone(source);
    Ok(Upload {
        name: OURS,
        start: dropcast::starter(&plan.binary, folder.clone()),
        folder,
        send: Box::new(move |server| dropcast::upload(server, &sent).map(drop)),
        stored: None,
        size: source.size,
        server: None,
    })
}

fn copyparties(plan: &Plan, program: &Program, source: &Rc<Source>) -> Result<(Upload, Upload)> {
    let start = |folder: &Path| copyparty::starter(program, folder);
    let sent = Rc::clone(source);
    let by_put: Sender = Box::new(move |server| copyparty::put(server, &sent));
    let (sent, client) = (Rc::clone(source), program.clone());
    let by_u2c: Sender = Box::new(move |server| copyparty::u2c(&client, server, &sent));
    Ok((
        peer(plan, copyparty::PUT, "copyparty-put", source, &start, by_put)?,
        peer(plan, copyparty::U2C, "copyparty-u2c", source, &start, by_u2c)?,
    ))
}

fn tus_server(plan: &Plan, program: &Program, source: &Rc<Source>) -> Result<Upload> {
    let start = |folder: &Path| tus::starter(program, folder);
    let sent = Rc::clone(source);
    let way: Sender = Box::new(move |server| tus::upload(server, &sent));
    peer(plan, tus::NAME, "tus", source, &start, way)
}

fn peer(
    plan: &Plan,
    name: &'static str,
    folder: &str,
    source: &Source,
    start: &dyn Fn(&Path) -> Start,
    send: Sender,
) -> Result<Upload> {
    let folder = plan.scratch.fresh(folder)?;
    Ok(Upload {
        name,
        start: start(&folder),
        folder,
        send,
        stored: Some(Stored {
            sha256: source.sha256.clone(),
            compared: false,
        }),
        size: source.size,
        server: None,
    })
}

/// A limit of the machine: one program over the source.
struct Tool {
    name: &'static str,
    command: Box<dyn Fn() -> Command>,
    check: Check,
    output: Option<PathBuf>,
    said: String,
    size: u64,
}

impl Contender for Tool {
    fn name(&self) -> &str {
        self.name
    }

    fn prepare(&mut self) -> Result<Meter> {
        settle_disk()?;
        Ok(Meter::Programs)
    }

    fn work(&mut self) -> Result<Work> {
        let output = (self.command)().stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.said = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Work::of(self.size))
    }

    fn finish(&mut self) -> Result<()> {
        if let Some(output) = &self.output {
            ensure!(fs::metadata(output)?.len() == self.size, "the copy is cut");
            fs::remove_file(output)?;
        }
        (self.check)(&self.said)
    }
}

fn openssl(program: &Program, source: &Rc<Source>) -> Tool {
    let (program, path, sha256) = (program.path.clone(), source.path.clone(), source.sha256.clone());
    Tool {
        name: OPENSSL,
        command: Box::new(move || {
            let mut command = Command::new(&program);
            command.args(["dgst", "-sha256"]).arg(&path);
            command
        }),
        check: Box::new(move |said| {
            ensure!(said.contains(&sha256), "it found another hash: {said}");
            Ok(())
        }),
        output: None,
        said: String::new(),
        size: source.size,
    }
}

fn dd(plan: &Plan, program: &Program, source: &Rc<Source>) -> Tool {
    let (program, path) = (program.path.clone(), source.path.clone());
    let copy = plan.scratch.path().join("copy.bin");
    let output = Some(copy.clone());
    Tool {
        name: DD,
        command: Box::new(move || {
            let mut command = Command::new(&program);
            command
                .arg(format!("if={}", path.display()))
                .arg(format!("of={}", copy.display()))
                .args(["bs=1M", "conv=fdatasync", "status=none"]);
            command
        }),
        check: Box::new(|_| Ok(())),
        output,
        said: String::new(),
        size: source.size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_the_largest_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(largest_in(folder.path()).is_err());
        fs::create_dir(folder.path().join(".hist")).unwrap();
        fs::write(folder.path().join("info.json"), "{}").unwrap();
        fs::write(folder.path().join("data"), [0; 100]).unwrap();
        assert_eq!(largest_in(folder.path()).unwrap(), folder.path().join("data"));
    }

    #[test]
    fn every_goal_names_somebody_who_takes_part() {
        let mut names = copyparty::names();
        names.extend([OPENSSL, DD, tus::NAME].map(str::to_owned));
        for goal in goals() {
            let (Against::Best(peers) | Against::Worst(peers)) = goal.against;
            assert!(peers.iter().all(|peer| names.contains(peer)), "{peers:?}");
        }
    }
}
