using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Broker;

/// <summary>A user of the embedded broker.</summary>
/// <param name="Name">1 to 32 of <c>a-z A-Z 0-9 _ -</c>.</param>
/// <param name="Hash">Its password as <c>pbkdf2-sha512$...</c>.</param>
/// <param name="Reads">Topic filters it may read; null for those of a home user.</param>
/// <param name="Writes">Topic filters it may write; null for those of a home user.</param>
public sealed record BrokerUser(string Name, string Hash, IReadOnlyList<string>? Reads = null, IReadOnlyList<string>? Writes = null);

/// <summary>The embedded broker's users, in a file of their own that commands write while the broker runs.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class BrokerUsers
{
    /// <summary>Most users of one household.</summary>
    public const int Most = 32;

    private const int MostBytes = 65_536;

    private readonly string _file;
    private readonly Rights _usual;
    private readonly Lock _lock = new();
    private (DateTime Written, long Length) _seen;
    private Dictionary<string, BrokerUser> _users = new(StringComparer.Ordinal);

    /// <summary>The users of a file that need not be there yet.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="usual">What a user may do whose entry names no filters.</param>
    public BrokerUsers(string file, Rights usual) => (_file, _usual) = (file, usual);

    /// <summary>Why the file cannot be used, with the next step; null while it can. Then the users of its last readable state count.</summary>
    public string? Trouble { get; private set; }

    /// <summary>All users by name.</summary>
    public IReadOnlyList<BrokerUser> All
    {
        get
        {
            lock (_lock)
            {
                Refresh();
                return [.. _users.Values.OrderBy(user => user.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>True for a name that a user may have; it stands in topics, logs and file names.</summary>
    public static bool IsName(string name) => name.Length is >= 1 and <= 32 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>A password's hash as the file keeps it.</summary>
    public static string HashOf(string password) => PasswordHash.Of(password);

    /// <summary>Null when a filter can stand in the file; else why not.</summary>
    public static string? WhyNotFilter(string filter) => TopicRules.OfFilter(filter, new BrokerLimits()) == TopicFault.None && !filter.StartsWith('$') ? null
        : $"'{filter}' is no topic filter: '+' stands for one whole level, '#' for all the rest, and the broker's own topics ($...) are nobody's.";

    /// <summary>What a user may do.</summary>
    public Rights RightsOf(BrokerUser user) => new(user.Reads ?? _usual.Reads, user.Writes ?? _usual.Writes);

    /// <summary>The user of that name, or null.</summary>
    public BrokerUser? Find(string name)
    {
        lock (_lock)
        {
            Refresh();
            return _users.GetValueOrDefault(name);
        }
    }

    /// <summary>Writes the users; a running broker sees them within seconds.</summary>
    /// <exception cref="IOException">The disk refused; nothing was changed.</exception>
    public void Save(IEnumerable<BrokerUser> users)
    {
        string draft = _file + ".draft";
        File.Delete(draft);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
        using (FileStream stream = new(draft, PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write)))
        {
            JsonSerializer.Serialize(stream, [.. users], BrokerUsersJson.Default.ListBrokerUser);
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, _file, overwrite: true);
    }

    private void Refresh()
    {
        FileInfo file = new(_file);
        (DateTime, long) now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (now == _seen)
            return;
        _seen = now;
        try
        {
            _users = file.Exists ? Read(file) : new(StringComparer.Ordinal);
            Trouble = null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            Trouble = $"{_file} holds no users of the home broker: {error.Message} Correct it, or write it anew with './pantry gateway home-user add NAME'.";
        }
    }

    private static Dictionary<string, BrokerUser> Read(FileInfo file)
    {
        if (file.Length > MostBytes)
            throw new JsonException($"it has {file.Length} bytes, {MostBytes} are the most.");
        List<BrokerUser> users = JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName),
            BrokerUsersJson.Default.ListBrokerUser) ?? throw new JsonException("it is empty.");
        Dictionary<string, BrokerUser> byName = new(StringComparer.Ordinal);
        foreach (BrokerUser user in users)
        {
            bool good = user is { Name: not null, Hash: not null } && IsName(user.Name) && PasswordHash.IsOne(user.Hash)
                && (user.Reads ?? []).Concat(user.Writes ?? []).All(filter => filter is not null && WhyNotFilter(filter) is null)
                    && byName.TryAdd(user.Name, user);
            if (!good)
                throw new JsonException($"the entry of '{user?.Name}' has no such name, hash or filters, or stands there twice.");
        }
        return byName.Count <= Most ? byName : throw new JsonException($"it has {byName.Count} users, {Most} are the most.");
    }
}

/// <summary>The users' file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(List<BrokerUser>))]
internal sealed partial class BrokerUsersJson : JsonSerializerContext;
