using System.Text.Json;
using PantryChain.Rehearsal.Commands;

namespace PantryChain.Rehearsal.Running;

/// <summary>Where everything of one rehearsal lies.</summary>
/// <param name="Path">Full path of the folder.</param>
internal sealed record RunFolder(string Path)
{
    /// <summary>Household time for all processes.</summary>
    public string Clock => Inside("clock.json");

    /// <summary>The simulated household.</summary>
    public string World => Inside("world.json");

    /// <summary>What was delivered into it.</summary>
    public string Deliveries => Inside("deliveries.jsonl");

    /// <summary>What goes wrong in it, by script.</summary>
    public string Faults => Inside("faults.json");

    /// <summary>The member's PIN, for the script that acts as the member.</summary>
    public string Pin => Inside("member.pin");

    /// <summary>The gateway's folder.</summary>
    public string Gateway => Inside("gateway");

    /// <summary>The gateway's journal.</summary>
    public string GatewayDatabase => Inside("gateway/gateway.db");

    /// <summary>Token with which scripts read the gateway's state.</summary>
    public string GatewayToken => Inside("gateway/keys/local.token");

    /// <summary>The store's folder.</summary>
    public string Store => Inside("store");

    /// <summary>Token with which scripts use the desk.</summary>
    public string ClerkToken => Inside("store/keys/clerk.token");

    /// <summary>The clerk's password, for a person at the desk.</summary>
    public string ClerkPassword => Inside("store/keys/clerk.password");

    /// <summary>PostgreSQL's folder.</summary>
    public string Postgres => Inside("postgres");

    /// <summary>The chain keeper's folder.</summary>
    public string Chain => Inside("chain");

    /// <summary>A broker's folder, <c>home</c> or <c>cooperative</c>.</summary>
    public string Broker(string name) => Inside("brokers/" + name);

    /// <summary>What the recorder at the home broker has heard.</summary>
    public string Recorder => Inside("recorder/heard.db");

    /// <summary>Process id of the supervisor while it runs.</summary>
    public string Supervisor => Inside("up.pid");

    /// <summary>Log file of a part.</summary>
    public string Log(string part) => Inside($"logs/{part}.log");

    /// <summary>The folder of <c>--data</c>, or <c>.pantry</c> in the project.</summary>
    /// <exception cref="UsageException">The path is a file or cannot be made.</exception>
    public static RunFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new RunFolder(System.IO.Path.GetFullPath(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be used as a run folder ({error.Message}). Name another one with --data DIR.", error);
        }
    }

    /// <summary>Makes a part's folder its owner's alone: it holds keys and passwords. The run folder itself stays open, for PostgreSQL runs as another user.</summary>
    public static void CreatePrivate(string path)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(path, owner);
        if (File.GetUnixFileMode(path) != owner)
            File.SetUnixFileMode(path, owner);
    }

    /// <summary>Reads one of the folder's JSON files; null when it is not there.</summary>
    /// <exception cref="UsageException">It is broken.</exception>
    public T? Read<T>(string name) where T : class
    {
        try
        {
            return File.Exists(Inside(name)) ? JsonSerializer.Deserialize<T>(File.ReadAllText(Inside(name)), JsonSerializerOptions.Web) : null;
        }
        catch (JsonException error)
        {
            throw new UsageException($"{Inside(name)} is damaged ({error.Message}). Run './pantry down --wipe --data {Path}' to begin anew.", error);
        }
    }

    /// <summary>Writes one of the folder's JSON files: whole or not at all.</summary>
    public void Write<T>(string name, T content)
    {
        string draft = Inside(name) + ".draft";
        File.WriteAllText(draft, JsonSerializer.Serialize(content, JsonSerializerOptions.Web));
        File.Move(draft, Inside(name), overwrite: true);
    }

    /// <summary>A path inside.</summary>
    public string Inside(string relative) => System.IO.Path.Combine(Path, relative);
}
