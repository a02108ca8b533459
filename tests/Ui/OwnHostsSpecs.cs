using System.Net;
using System.Net.Sockets;
using System.Text;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

public sealed class OwnHostsSpecs(GalleryHost host) : IClassFixture<GalleryHost>
{
    private static readonly OwnHosts Own = new(["pantry.home.arpa", "Store.Example."], "\"hosts\" in a file");

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost:8080")]
    [InlineData("localhost.:8080")]
    [InlineData("127.0.0.1")]
    [InlineData("192.168.0.7:8443")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1]:8080")]
    [InlineData("pantry.home.arpa")]
    [InlineData("PANTRY.home.ARPA.:1")]
    [InlineData("store.example")]
    public void Own_names_and_addresses_are_answered(string name) => Own.Answers(name).Should().BeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("evil.example:8080")]
    [InlineData("localhost.evil.example")]
    [InlineData("xpantry.home.arpa")]
    [InlineData("pantry.home.arpa.evil.example")]
    [InlineData("127.0.0.1.nip.io")]
    [InlineData("127.0.0.1.")]
    [InlineData("0x7f.1")]
    [InlineData("2130706433")]
    [InlineData("localhost..")]
    [InlineData("localhost:99999")]
    [InlineData("localhost:80:80")]
    [InlineData("localhost:")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[evil.example]")]
    [InlineData("localhost@evil.example")]
    [InlineData("localhost, evil.example")]
    [InlineData(" localhost")]
    public void Any_other_name_is_not(string? name) => Own.Answers(name).Should().BeFalse();

    [Fact]
    public void The_machines_own_names_need_no_configuration()
    {
        string machine = Dns.GetHostName().Split('.')[0];

        Own.Answers(machine).Should().BeTrue();
        Own.Answers(machine + ".local:8443").Should().BeTrue();
    }

    [Theory]
    [InlineData("https://store.example")]
    [InlineData("store.example:8443")]
    [InlineData("*")]
    [InlineData("*.example")]
    [InlineData("10.0.0.1")]
    [InlineData("a..b")]
    [InlineData("-a")]
    [InlineData("")]
    public void What_is_no_host_name_cannot_be_configured(string name) => OwnHosts.IsName(name).Should().BeFalse();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example\r\n", 421)]
    [InlineData("GET /health HTTP/1.1\r\nHost: evil.example:80\r\n", 421)]
    [InlineData("POST /preferences HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example\r\nForwarded: host=localhost\r\n", 421)]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n", 421)]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n", 400)]
    [InlineData("GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n", 400)]
    [InlineData("GET / HTTP/1.0\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n", 200)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n", 200)]
    public async Task A_request_for_another_host_gets_no_page(string request, int status)
    {
        string answer = await SendAsync(request);

        answer.Should().StartWith($"HTTP/1.1 {status}");
        if (status == 421)
            answer.Should().Contain("a further name is added as").And.NotContain("Set-Cookie").And.NotContain("<html");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example\r\n", 421, "wrong_host", "This host does not answer to", "이 이름으로는 열리지 않습니다")]
    [InlineData("POST /preferences HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n", 403, "other_site", "This form was sent by another site", "다른 사이트에서 보낸 양식")]
    public async Task What_no_page_sees_is_refused_as_a_problem_with_its_code_for_programs_and_as_text_in_both_languages_for_people(string request, int status, string code, string english, string korean)
    {
        string program = await SendAsync(request), person = await SendAsync(request + "Accept: text/html\r\n");

        program.Should().StartWith($"HTTP/1.1 {status}").And.Contain("Content-Type: application/problem+json").And.Contain($"\"status\":{status}").And.Contain("\"type\":\"https://tools.ietf.org/html/rfc9110#section-15.5.").And.Contain($"\"code\":\"{code}\"")
            .And.Contain($"\"title\":\"{english}").And.Contain("\"detail\":\"");
        person.Should().StartWith($"HTTP/1.1 {status}").And.Contain("Content-Type: text/plain; charset=utf-8").And.Contain(english).And.Contain(korean).And.NotContain(code);
    }

    private async Task<string> SendAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, host.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request + "Connection: close\r\n\r\n"));
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }
}
