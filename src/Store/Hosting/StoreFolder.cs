using System.Text.Json;
using PantryChain.Domain.Identity;

namespace PantryChain.Store.Hosting;

/// <summary>The folder that a store lives in: <c>store.json</c> and <c>keys/</c>.</summary>
/// <param name="Path">Absolute path of the folder.</param>
/// <param name="Options">What <c>store.json</c> says, checked.</param>
internal sealed record StoreFolder(string Path, StoreOptions Options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads and checks <c>store.json</c>.</summary>
    /// <exception cref="UsageException">The file is missing, is not JSON, has an unknown or a wrong value; the text names the fix.</exception>
    public static StoreFolder Open(string path, string? clockFile = null)
    {
        string folder = System.IO.Path.GetFullPath(path), file = System.IO.Path.Combine(folder, "store.json");
        if (!File.Exists(file))
            throw new UsageException($"{file} is missing. Name the store's folder with '--data DIR' and put a store.json there (docs/store.md).");
        try
        {
            StoreOptions options = JsonSerializer.Deserialize<StoreOptions>(ForeignFile.ReadText(file), Json) ?? throw new JsonException("it is empty");
            if (clockFile is not null)
                options = options with { Clock = new ClockOptions { File = System.IO.Path.GetFullPath(clockFile) } };
            Validate(options, file);
            CloseKeys(System.IO.Path.Combine(folder, "keys"));
            return new StoreFolder(folder, options);
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new UsageException($"{file} cannot be used: {Foreign.Clean(error.Message)} Correct it and start again.", error);
        }
    }

    /// <summary>An absolute path from one that counts from this folder.</summary>
    public string Resolve(string path) => System.IO.Path.GetFullPath(path, Path);

    /// <summary>A file under <c>keys/</c>.</summary>
    public string Key(string name) => System.IO.Path.Combine(Path, "keys", name);

    /// <summary>Takes the folder of the keys away from others, and says so: earlier versions made it by the umask.</summary>
    private static void CloseKeys(string keys)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!Directory.Exists(keys) || (File.GetUnixFileMode(keys) & ~owner) == UnixFileMode.None)
            return;
        try
        {
            File.SetUnixFileMode(keys, owner);
            Console.Error.WriteLine($"Others could look into {keys}. From now on only its owner can.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new UsageException($"{keys} can be entered by others and belongs to another user. Run 'chmod 700 {keys}' as its owner.");
        }
    }

    private static void Validate(StoreOptions options, string file)
    {
        if (new StoreRules().Validate(null, options) is { Failed: true } wrong)
            throw new UsageException($"{file}: {wrong.Failures.First()}. Correct it and start again.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.Rewards.TimeZone, out _))
            throw new UsageException($"{file}: rewards.timeZone: an IANA name such as Asia/Seoul is expected. Correct it and start again.");
    }
}
