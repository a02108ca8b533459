using System.Text.Json;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Tests;

/// <summary>The vectors in <c>docs/vectors</c>, which the Solidity tests read too.</summary>
internal static class Vectors
{
    public static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(PathOf("docs", "vectors", file))).RootElement;

    /// <summary>A file of the repository.</summary>
    public static string PathOf(params string[] parts)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent;
        return Path.Combine([folder!.FullName, .. parts]);
    }

    public static Hash32 Hash(this JsonElement element, string name) => Hash32.Parse(element.GetProperty(name).GetString()!);

    public static AccountAddress Address(this JsonElement element, string name) => AccountAddress.Parse(element.GetProperty(name).GetString()!);

    public static ulong Number(this JsonElement element, string name) => element.GetProperty(name).GetUInt64();

    public static UInt128 Amount(this JsonElement element, string name) =>
        UInt128.Parse(element.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(this JsonElement element, string name) => DateTimeOffset.FromUnixTimeSeconds(element.GetProperty(name).GetInt64());

    public static IReadOnlyList<Hash32> Hashes(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(item => Hash32.Parse(item.GetString()!))];
}
