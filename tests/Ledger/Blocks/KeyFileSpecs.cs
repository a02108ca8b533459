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
        File.ReadAllText(Path).Should().NotContain("482913").And.Contain("600000");
    }

    [Fact]
    public void A_member_key_whose_file_was_weakened_is_refused()
    {
        using P256Key key = P256Key.Create();
        MemberKeyFile.Create(Path, key, "482913");
        File.WriteAllText(Path, File.ReadAllText(Path).Replace("600000", "1", StringComparison.Ordinal));

        FluentActions.Invoking(() => MemberKeyFile.Open(Path, "482913")).Should().Throw<IOException>();
    }

    [Fact]
    public void A_pin_of_three_digits_is_too_short()
    {
        using P256Key key = P256Key.Create();

        FluentActions.Invoking(() => MemberKeyFile.Create(Path, key, "123")).Should().Throw<ArgumentException>();
    }
}
