using System.Security.Cryptography;
using System.Text.Json;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Blocks;

public sealed class KeyFileSpecs : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();

    private string Path => _folder.Inside("keys/device.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_device_key_comes_back_from_a_file_that_only_its_owner_reads()
    {
        using P256Key key = P256Key.Create();

        key.Save(Path);

        using P256Key read = P256Key.Load(Path);
        read.PublicKey.Should().Be(key.PublicKey);
        P256.Verify(key.PublicKey, Keccak256.Hash("x"), read.Sign(Keccak256.Hash("x"))).Should().BeTrue();
        File.GetUnixFileMode(Path).Should().Be(OwnerOnly);
        File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!).Should().Be(OwnerOnly | UnixFileMode.UserExecute);
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        using P256Key key = P256Key.Create(), other = P256Key.Create();
        key.Save(Path);

        other.Invoking(k => k.Save(Path)).Should().Throw<IOException>().WithMessage("*never overwritten*");

        using P256Key read = P256Key.Load(Path);
        read.PublicKey.Should().Be(key.PublicKey);
        Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!).Should().ContainSingle("the refused draft is gone");
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused_with_the_next_step()
    {
        using P256Key key = P256Key.Create();
        key.Save(Path);
        File.SetUnixFileMode(Path, OwnerOnly | UnixFileMode.GroupRead);

        FluentActions.Invoking(() => P256Key.Load(Path)).Should().Throw<IOException>().WithMessage("*Run 'chmod 600*");
    }

    [Fact]
    public void What_is_no_key_is_refused_with_the_next_step()
    {
        KeyFile.Create(Path, "nonsense"u8);

        FluentActions.Invoking(() => P256Key.Load(Path)).Should().Throw<IOException>().WithMessage("*not a P-256 key*backup*");
        FluentActions.Invoking(() => RelayerKey.Load(Path)).Should().Throw<IOException>().WithMessage("*not a secp256k1 key*");
        FluentActions.Invoking(() => MemberKeyFile.Open(Path, "0000")).Should().Throw<IOException>().WithMessage("*not a member key*");
        FluentActions.Invoking(() => P256Key.Load(Path + "x")).Should().Throw<FileNotFoundException>().WithMessage("*Join again*");
    }

    [Fact]
    public void A_relayer_key_comes_back()
    {
        using RelayerKey key = RelayerKey.Create();

        key.Save(Path);

        using RelayerKey read = RelayerKey.Load(Path);
        read.Address.Should().Be(key.Address);
    }

    [Fact]
    public void A_member_key_opens_with_its_pin_only()
    {
        using P256Key key = P256Key.Create();

        MemberKeyFile.Create(Path, key, "482913");

        using P256Key? opened = MemberKeyFile.Open(Path, "482913");
        opened!.PublicKey.Should().Be(key.PublicKey);
        MemberKeyFile.Open(Path, "482914").Should().BeNull();
        File.ReadAllText(Path).Should().NotContain("482913").And.Contain("argon2id");
    }

    [Fact]
    public void A_member_key_whose_file_was_weakened_is_refused()
    {
        using P256Key key = P256Key.Create();
        MemberKeyFile.Create(Path, key, "482913");
        string whole = File.ReadAllText(Path);
        foreach ((string strong, string weak) in new[] { ("65536", "1024"), ("65536", "67108864"), ("\"passes\":3", "\"passes\":1"), ("argon2id", "argon2d"), ("\"kdf\":\"argon2id\",", "") })
        {
            whole.Should().Contain(strong);
            File.WriteAllText(Path, whole.Replace(strong, weak, StringComparison.Ordinal));

            FluentActions.Invoking(() => MemberKeyFile.Open(Path, "482913")).Should().Throw<IOException>(weak);
        }
    }

    [Fact]
    public void A_member_key_of_an_earlier_version_opens_and_is_sealed_anew_whole()
    {
        using P256Key key = P256Key.Create();
        WriteOld(key, "482913");

        using (P256Key? opened = MemberKeyFile.Open(Path, "482913"))
        {
            (MemberKeyFile.IsOutdated(Path), opened!.PublicKey).Should().Be((true, key.PublicKey));
            MemberKeyFile.Open(Path, "482914").Should().BeNull();
            File.WriteAllText(Path + ".draft", "torn by a power cut");
            MemberKeyFile.Replace(Path, opened, "482913");
        }

        using P256Key? again = MemberKeyFile.Open(Path, "482913");
        (MemberKeyFile.IsOutdated(Path), again!.PublicKey, File.Exists(Path + ".draft")).Should().Be((false, key.PublicKey, false));
        File.GetUnixFileMode(Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_disk_that_refuses_leaves_the_old_seal()
    {
        using P256Key key = P256Key.Create();
        WriteOld(key, "482913");
        Directory.CreateDirectory(Path + ".draft"); // nothing can be written there

        FluentActions.Invoking(() => MemberKeyFile.Replace(Path, key, "24681012")).Should().Throw<Exception>();

        using P256Key? opened = MemberKeyFile.Open(Path, "482913");
        opened!.PublicKey.Should().Be(key.PublicKey);
    }

    /// <summary>A file as versions before Argon2id wrote it: PBKDF2-HMAC-SHA-256 with 600 000 iterations.</summary>
    private void WriteOld(P256Key key, string pin)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16), nonce = RandomNumberGenerator.GetBytes(12), plain = key.ToPkcs8(), cipher = new byte[plain.Length], tag = new byte[16];
        using (AesGcm aes = new(Rfc2898DeriveBytes.Pbkdf2(pin, salt, 600_000, HashAlgorithmName.SHA256, 32), 16))
            aes.Encrypt(nonce, plain, cipher, tag);
        KeyFile.Create(Path, JsonSerializer.SerializeToUtf8Bytes(new { iterations = 600_000, salt, nonce, cipher, tag }));
    }

    [Fact]
    public void A_pin_of_three_digits_is_too_short()
    {
        using P256Key key = P256Key.Create();

        FluentActions.Invoking(() => MemberKeyFile.Create(Path, key, "123")).Should().Throw<ArgumentException>();
    }
}
