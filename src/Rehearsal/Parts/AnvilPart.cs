using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace PantryChain.Rehearsal.Parts;

/// <summary>How an <see cref="AnvilPart"/> behaves.</summary>
public sealed record AnvilOptions
{
    /// <summary>Seed words of the funded accounts. The default belongs to this project's rehearsals and must never hold anything of value.</summary>
    public string Mnemonic { get; init; } = AnvilPart.RehearsalMnemonic;

    /// <summary>Stamp of the genesis block; null lets anvil take the present.</summary>
    public DateTimeOffset? Genesis { get; init; }

    /// <summary>True to mine each transaction at once (default); false leaves mining to <c>evm_mine</c>.</summary>
    public bool MinesAtOnce { get; init; } = true;

    /// <summary>A dump of <c>anvil_dumpState</c> (unpacked) to start from; null starts at genesis.</summary>
    public string? LoadState { get; init; }
}

/// <summary>A rehearsal chain: Foundry's anvil from npm, chain id 31337, hard fork Osaka (P-256 precompile), no cross-origin requests.</summary>
/// <remarks>A kill loses everything; the chain keeper (<c>Rehearsal chain</c>) makes it durable.</remarks>
public sealed class AnvilPart : Part
{
    /// <summary>Seed words of the rehearsal chain's ten funded accounts, made for this project.</summary>
    public const string RehearsalMnemonic = "peace material roof drive draw domain dizzy frame bless all monster hole";

    /// <summary>secp256k1 keys of the first funded accounts (BIP-44, m/44'/60'/0'/0/i) as <c>0x</c> text. Public, so worth nothing outside a rehearsal.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        "0x7edb72da5f9cd71d97f62a24a61a93e9261a5203b185917200011f65825fb57c",
        "0x388855189e3992214344dde4e184d9bcfc8f9707267cee8885eba336e5a55097",
        "0xa004e93bfac3bbf4319b070738a54709d59f9aea761311fbaa145aa7f0960728",
        "0xd365de6a3a872b24a70fc7f3e0aec30c3d24a263aefedb900ea5d06fda599065",
    ];

    private readonly HttpClient _http = new();

    /// <summary>A chain.</summary>
    public AnvilPart(string folder, int port = 0, AnvilOptions? options = null) : base("anvil", folder, port) => Options = options ?? new AnvilOptions();

    /// <summary>How it behaves; a new value counts from the next start.</summary>
    public AnvilOptions Options { get; set; }

    /// <summary>Where it answers JSON-RPC.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>Makes and starts a chain.</summary>
    public static async Task<AnvilPart> StartNewAsync(string folder, AnvilOptions? options = null, CancellationToken cancellation = default)
    {
        AnvilPart part = new(folder, options: options);
        await part.StartAsync(cancellation);
        return part;
    }

    /// <summary>Calls a JSON-RPC method and gives its result.</summary>
    /// <exception cref="PartException">The chain answered with an error.</exception>
    public async Task<JsonElement> CallAsync(string method, object?[] parameters, CancellationToken cancellation = default)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(Url, new { jsonrpc = "2.0", id = 1, method, @params = parameters }, cancellation);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return answer.TryGetProperty("result", out JsonElement result) ? result : throw new PartException($"{method}: {answer}");
    }

    /// <inheritdoc />
    protected override Task<ChildProcess> LaunchAsync(CancellationToken cancellation)
    {
        List<string> words =
        [
            "--host", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--chain-id", "31337", "--hardfork", "osaka",
            "--mnemonic", Options.Mnemonic, "--no-cors", "--order", "fifo",
            "--prune-history", "64", // states: a call about "latest" may still be running when the next block is mined; without a number it would be refused
            "--silent",
        ];
        if (!Options.MinesAtOnce)
            words.Add("--no-mining");
        if (Options.Genesis is { } genesis)
            words.AddRange(["--timestamp", genesis.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)]);
        if (Options.LoadState is { } state)
            words.AddRange(["--load-state", state]);
        return ChildProcess.StartAsync(Tool.FindAnvil(), words, LogFile, Folder);
    }

    /// <inheritdoc />
    protected override async Task<bool> ProbeAsync(CancellationToken cancellation) =>
        (await CallAsync("eth_chainId", [], cancellation)).GetString() == "0x7a69"; // 31337
}
