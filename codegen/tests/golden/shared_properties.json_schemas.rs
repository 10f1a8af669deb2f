// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

impl_json_schemas! {
    Animal: "{\"anyOf\":[{\"$ref\":\"#/types/Cat\"},{\"$ref\":\"#/types/Bird\"}],\"description\":\"Who lives here.\"}" [Bird, Cat],
    AnimalId: "{\"format\":\"uuid\",\"type\":\"string\"}" [],
    Bird: "{\"properties\":{\"age\":{\"type\":\"integer\"},\"born_at\":{\"anyOf\":[{\"format\":\"date-time\",\"type\":\"string\"},{\"type\":\"null\"}]},\"id\":{\"format\":\"uuid\",\"type\":\"string\"},\"kind\":{\"const\":\"bird\",\"type\":\"string\"},\"name\":{\"description\":\"What it is called.\",\"type\":\"string\"}},\"required\":[\"id\",\"kind\",\"name\",\"born_at\",\"age\"],\"type\":\"object\"}" [],
    Cat: "{\"properties\":{\"age\":{\"type\":\"integer\"},\"born_at\":{\"anyOf\":[{\"format\":\"date-time\",\"type\":\"string\"},{\"type\":\"null\"}]},\"id\":{\"format\":\"uuid\",\"type\":\"string\"},\"kind\":{\"const\":\"cat\",\"type\":\"string\"},\"lives\":{\"type\":\"integer\"},\"name\":{\"description\":\"What it is called.\",\"type\":\"string\"}},\"required\":[\"id\",\"kind\",\"name\",\"born_at\",\"lives\",\"age\"],\"type\":\"object\"}" [],
    UnknownAnimal: "{\"required\":[\"id\",\"kind\",\"name\",\"born_at\"],\"type\":\"object\"}" [],
}
