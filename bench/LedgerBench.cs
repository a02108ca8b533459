using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Bench;

/// <summary><c>bench ledger</c>: hashing, leaves and signatures on one core, beside the framework's SHA-3 and bare ECDSA.</summary>
internal static class LedgerBench
{
    private static readonly ThingEvent Event = new(
        1, DateTimeOffset.UnixEpoch.AddDays(20_500), new HouseholdDay(20_500), new SlotId(1), Gtin.Parse("8801115114154"), ThingEventKind.Used,
        new Mass(-200_000), new Mass(1_000_000), 3, default, Keccak256.Hash("salt"));

    public static Command Create()
    {
        Option<double> seconds = new("--seconds") { Description = "How long each measurement runs.", DefaultValueFactory = _ => 1 };
        Option<bool> json = new("--json") { Description = "One JSON object instead of text." };
        Command command = new("ledger", "Keccak, event leaves, Merkle trees, blocks and signatures per second on one core, beside the framework's own.") { seconds, json };
        command.SetAction(parsed => Run(Math.Clamp(parsed.GetValue(seconds), 0.1, 60), parsed.GetValue(json)));
        return command;
    }

    private static int Run(double seconds, bool json)
    {
        List<Rate> rates = [.. Hashing(seconds), .. Chaining(seconds), .. Signing(seconds)];
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(rates, JsonSerializerOptions.Web));
        else
            foreach (Rate rate in rates)
                Console.WriteLine(rate);
        return 0;
    }

    private static IEnumerable<Rate> Hashing(double seconds)
    {
        byte[] pair = new byte[64], page = new byte[4096], digest = new byte[32];
        bool sha3 = SHA3_256.IsSupported;
        yield return new Rate("Keccak-256 of 64 bytes", Measure(seconds, () => Keccak256.Hash(pair, digest)),
            "SHA3-256 of the framework (OpenSSL)", sha3 ? Measure(seconds, () => SHA3_256.HashData(pair, digest)) : null);
        yield return new Rate("Keccak-256 of 4 KiB", Measure(seconds, () => Keccak256.Hash(page, digest)),
            "SHA3-256 of the framework (OpenSSL)", sha3 ? Measure(seconds, () => SHA3_256.HashData(page, digest)) : null);
    }

    private static IEnumerable<Rate> Chaining(double seconds)
    {
        const int Count = 1000;
        using P256Key key = P256Key.Create();
        Eip712Domain domain = Eip712Domain.PantryChain(31337, default);
        BlockSealer sealer = new(key, domain);
        BlockVerifier verifier = new(domain, new BlockRules());
        ThingEvent[] events = [.. Enumerable.Range(1, Count).Select(i => Event with { Seq = (ulong)i })];
        Hash32[] leaves = [.. events.Select(EventLeaf.HashOf)];
        SealedBlock block = sealer.Seal(BlockHead.Genesis, events, Event.Day, urgent: false);
        yield return new Rate("event leaves", Measure(seconds, () => EventLeaf.HashOf(Event)));
        yield return new Rate("leaves into a Merkle root", Count * Measure(seconds, () => MerkleTree.RootOf(leaves)));
        yield return new Rate("events sealed, 1000 per block", Count * Measure(seconds, () => sealer.Seal(BlockHead.Genesis, events, Event.Day, urgent: false)));
        yield return new Rate("events verified, 1000 per block", Count * Measure(seconds, () =>
        {
            if (verifier.Check(BlockHead.Genesis, block, Event.Day) != BlockFault.None)
                throw new InvalidOperationException("A good block was rejected.");
        }));
    }

    private static IEnumerable<Rate> Signing(double seconds)
    {
        using P256Key key = P256Key.Create();
        using ECDsa bare = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RelayerKey relayer = RelayerKey.Create();
        Hash32 digest = Event.Salt;
        byte[] hash = digest.ToArray(), bareSignature = bare.SignHash(hash);
        P256Signature signature = key.Sign(digest);
        P256Keys kept = new();
        yield return new Rate("P-256 signatures, low s", Measure(seconds, () => key.Sign(digest)), "bare ECDsa.SignHash", Measure(seconds, () => bare.SignHash(hash)));
        yield return Beside(seconds, "P-256 verifications, key imported each time", () => P256.Verify(key.PublicKey, digest, signature),
            "bare ECDsa.VerifyHash, key imported once", () => bare.VerifyHash(hash, bareSignature));
        yield return Beside(seconds, "P-256 verifications, keys kept per device", () => kept.Verify(key.PublicKey, digest, signature),
            "bare ECDsa.VerifyHash", () => bare.VerifyHash(hash, bareSignature));
        yield return new Rate("secp256k1 signatures", Measure(seconds, () => relayer.Sign(digest)));
    }

    /// <summary>Two things in turns, so that what else the machine does meets both alike.</summary>
    private static Rate Beside(double seconds, string what, Action action, string other, Action otherAction)
    {
        const int Turns = 10;
        double own = 0, peer = 0;
        for (int turn = 0; turn < Turns; turn++)
            (own, peer) = (own + Measure(seconds / Turns, action) / Turns, peer + Measure(seconds / Turns, otherAction) / Turns);
        return new Rate(what, own, other, peer);
    }

    /// <summary>Calls per second, after a warm-up of a quarter of the time.</summary>
    private static double Measure(double seconds, Action action)
    {
        Repeat(seconds / 4, action);
        return Repeat(seconds, action);
    }

    private static double Repeat(double seconds, Action action)
    {
        long start = Stopwatch.GetTimestamp(), calls = 0, batch = 1;
        double elapsed;
        for (; (elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds) < seconds; batch = Math.Min(batch * 2, 1024))
            for (long i = 0; i < batch; i++, calls++)
                action();
        return calls / elapsed;
    }

    private sealed record Rate(string What, double PerSecond, string? Beside = null, double? BesidePerSecond = null)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{What,-44} {PerSecond,12:N0} /s")
            + (BesidePerSecond is { } other ? string.Create(CultureInfo.InvariantCulture, $"   {PerSecond / other,5:0.00} x {Beside} ({other:N0} /s)") : "");
    }
}
