/**An object with the properties of `MountWall`.

# Examples

```
# fn example() {
use polar_client::types::MountWall;

let mount_wall = MountWall::new();
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct MountWall {
    /**`screws`: of type [`MountWallScrews`].

Defaults to `"steel"`.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub screws: ::std::option::Option<MountWallScrews>,
}
/**One of the types of `Scale`.

| `kind` | variant |
| --- | --- |
| `linear` | [`Linear`](Self::Linear) |
| `log` | [`Log`](Self::Log) |
| absent | [`Log`](Self::Log) |
| absent | [`Linear`](Self::Linear) |

# Examples

```
# fn example(value: polar_client::types::Scale) {
use polar_client::types::Scale;

match value {
    Scale::Linear(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Scale {
    ///The type [`ScaleLinear`].
    Linear(ScaleLinear),
    ///The type [`ScaleLog`].
    Log(ScaleLog),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<ScaleLinear> for Scale {
    fn from(value: ScaleLinear) -> Self {
        Self::Linear(value)
    }
}
impl ::std::convert::From<ScaleLog> for Scale {
    fn from(value: ScaleLog) -> Self {
        Self::Log(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Scale {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
/**An object with the properties of `ScaleLinear`.

# Examples

```
# fn example() {
use polar_client::types::ScaleLinear;

let scale_linear = ScaleLinear::new();
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct ScaleLinear {}
/**An object with the properties of `ScaleLog`.

# Examples

```
# fn example() {
use polar_client::types::ScaleLog;

let scale_log = ScaleLog::new(1);
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ScaleLog {
    ///`base`: an integer.
    pub base: i64,
}
