//! Generates the types and operations of the API from the vendored documents.

fn main() {
    polar_codegen::build_script("openapi");
}
