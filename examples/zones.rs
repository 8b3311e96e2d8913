//! Measures the handwriting reader.
//!
//! `zones SCANS_DIR CACHE_DIR [PAGES.tsv]` reads the zones of every page image in a folder of files and prints, for the
//! scorer of the real scans, "id, page, field, value, probability, accepted, ink, all values, voices" (id: the file name up to
//! the first "_"). Pages are recognised once and kept in CACHE_DIR. PAGES.tsv (id, file, page in columns 1, 2, 3) names
//! the pages to read. `zones --made STRIPS_DIR` reads made-up zones (`tools/handwriting/zones.py --strips`) the same way.

use congvan::page::handwriting::{Field, HandReadings, Reading, read_strip, read_zones};
use congvan::page::{Page, ReadOptions, read};
use congvan::source::{RawContent, Source, walk};
use image::DynamicImage;
use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--made", folder] => made(Path::new(folder)),
        [scans, cache] => real(Path::new(scans), Path::new(cache), None),
        [scans, cache, pages] => real(Path::new(scans), Path::new(cache), Some(&fs::read_to_string(pages)?)),
        _ => Err("usage: zones SCANS_DIR CACHE_DIR [PAGES.tsv] | zones --made STRIPS_DIR".into()),
    }
}

fn print(id: &str, page: u32, field: &str, reading: &Reading) {
    let (value, p) = reading.best.first().cloned().unwrap_or_default();
    let all: Vec<String> = reading.best.iter().map(|(v, p)| format!("{v}:{p:.3}")).collect();
    let voices: Vec<String> =
        reading.voices.iter().map(|v| format!("{:?}={}:{:.3}", v.by, v.value, v.probability)).collect();
    println!(
        "{id}\t{page}\t{field}\t{value}\t{p:.3}\t{}\t{:?}\t{}\t{}",
        reading.accepted,
        reading.ink,
        all.join(" "),
        voices.join(" ")
    );
}

fn made(folder: &Path) -> Result<(), Box<dyn Error>> {
    let truth = fs::read_to_string(folder.join("truth.tsv"))?;
    for line in truth.lines() {
        let [file, field, ..] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let kind = match field {
            "number" => Field::Number,
            "day" => Field::Day,
            "month" => Field::Month,
            _ => Field::Date,
        };
        let strip = image::open(folder.join(file))?.into_luma8();
        if let Some(reading) = read_strip(&strip, kind) {
            print(file, 1, field, &reading);
        }
    }
    Ok(())
}

fn real(scans: &Path, cache: &Path, pages: Option<&str>) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(cache)?;
    let wanted: Option<HashSet<(String, u32)>> = pages.map(|list| {
        let row = |l: &str| Some((l.split('\t').nth(1)?.to_owned(), l.split('\t').nth(2)?.parse().ok()?));
        list.lines().filter_map(row).collect()
    });
    let mut engine = None;
    let (mut zones, mut spent) = (0, 0.0);
    for path in walk(&[scans.to_path_buf()]) {
        let source = Source::open(&path?)?;
        let id = source.name.split('_').next().unwrap_or(&source.name).to_owned();
        let reader = source.pages()?;
        for index in 0..reader.len() {
            if wanted.as_ref().is_some_and(|w| !w.contains(&(source.name.clone(), index + 1))) {
                continue;
            }
            let raw = reader.page(index)?;
            let RawContent::Image { image, .. } = &raw.content else { continue };
            let image = image.clone();
            let kept = cache.join(format!("{id}-{}.json", index + 1));
            let page: Page = match fs::read(&kept) {
                Ok(bytes) => serde_json::from_slice(&bytes)?,
                Err(_) => {
                    if engine.is_none() {
                        engine = Some(congvan::page::tesseract::Tesseract::new()?);
                    }
                    let engine = engine.as_mut().map(|e| e as &mut dyn congvan::page::Engine);
                    let page = read(raw, engine, &ReadOptions::default())?;
                    fs::write(&kept, serde_json::to_vec(&page)?)?;
                    page
                }
            };
            let start = Instant::now();
            let readings = read_zones(&turned(image, page.turned), &page);
            spent += start.elapsed().as_secs_f64();
            zones += report(&id, index + 1, &readings);
        }
    }
    eprintln!("{zones} zones, {:.1} ms each", spent * 1000.0 / f64::from(zones.max(1)));
    Ok(())
}

fn turned(image: DynamicImage, degrees: u16) -> DynamicImage {
    match degrees {
        90 => image.rotate90(),
        180 => image.rotate180(),
        270 => image.rotate270(),
        _ => image,
    }
}

fn report(id: &str, page: u32, readings: &HandReadings) -> u32 {
    let fields = [
        ("number", &readings.number),
        ("day", &readings.day),
        ("month", &readings.month),
        ("received_number", &readings.received_number),
        ("received_date", &readings.received_date),
    ];
    let found: Vec<_> = fields.into_iter().filter_map(|(field, reading)| Some((field, reading.as_ref()?))).collect();
    found.iter().for_each(|(field, reading)| print(id, page, field, reading));
    found.len() as u32
}
